import { type Advice, advice, namedOption } from '@embedllm/core';
import { decimalCommaHint } from '@embedllm/internals';
import { quoteBriefly } from '../csv/columns.js';
import { LABELS } from './score-text.js';
import { textOf } from './table-sample.js';

/** Why a column that is named like the score is not one: a value that it has. */
export function oddScore(column: string, value: unknown): Advice {
  return advice`the column ${quoteBriefly(column)} is named like the score, but has ${quoteBriefly(textOf(value))}. A score must be ${LABELS}, or empty.${decimalCommaHint(value)} Correct it, or name another column with ${namedOption('scoreColumn', 'COLUMN')}.`;
}
