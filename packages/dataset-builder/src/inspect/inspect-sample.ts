import { createHash } from 'node:crypto';
import { advice, DataError, namedOption } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import type { OutputLength } from '../runs/output-lengths.js';
import { type InspectPrompt, inspectPrompt } from './inspect-prompt.js';
import { inspectScoreOf, type ScoreContext } from './inspect-score.js';
import { outputLengthOf } from './output-length.js';

/** What is needed of a sample: one answer to one question. */
export interface InspectSample extends OutputLength {
  /** As the log has it, integers as text; the hash of its content where it has none that can be used. */
  readonly id: string;
  /** Which repetition, from 1. */
  readonly epoch: number;
  readonly prompt: InspectPrompt;
  /** SHA-256 of input, choices and target. */
  readonly contentHash: string;
  readonly scorer: string | undefined;
  /** 0 to 1; `undefined` where the scorer gave none. */
  readonly score: number | undefined;
  /** Whether an error ended it. */
  readonly failed: boolean;
  /** Whether it was declared invalid afterwards. */
  readonly invalidated: boolean;
  readonly row: number;
}

/** @throws DataError with the field, where one is missing, of the wrong type or out of range. */
export function parseInspectSample(
  sample: JsonObject,
  context: ScoreContext & { readonly questionId: 'id' | 'content' },
  place: Place,
): InspectSample {
  const invalidation = ownValue(sample, 'invalidation');
  const invalidated = invalidation !== undefined && invalidation !== null;
  const found = invalidated ? undefined : inspectScoreOf(sample, context, place);
  const prompt = inspectPrompt(sample, place);
  const target = ownValue(sample, 'target');
  const contentHash = createHash('sha256')
    .update(JSON.stringify([prompt.asked, target ?? null]))
    .digest('hex');
  return {
    id: idOf(sample, context, place) ?? contentHash,
    epoch: epochOf(sample, place),
    prompt,
    contentHash,
    scorer: found?.scorer,
    score: found?.score,
    failed: isJsonObject(ownValue(sample, 'error')),
    invalidated,
    ...outputLengthOf(sample),
    row: place.row,
  };
}

function idOf(
  sample: JsonObject,
  { questionId, task, open }: Parameters<typeof parseInspectSample>[1],
  place: Place,
): string | undefined {
  const id = ownValue(sample, 'id');
  if (typeof id === 'string' && id !== '') return id;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  if (questionId === 'content') return undefined;
  const problem =
    typeof id === 'number' && Number.isInteger(id)
      ? `is an integer beyond ${Number.MAX_SAFE_INTEGER}, so digits are lost`
      : `must be a non-empty string or an integer, but ${describeFound(id)}`;
  open.add(`id ${task}`, {
    message: advice`${problem}. Identify questions by their content with ${namedOption('questionId', 'content')}.`,
    location: { ...place, field: 'id' },
    suggested: { questionId: 'content' },
  });
  return undefined;
}

function epochOf(sample: JsonObject, place: Place): number {
  const epoch = ownValue(sample, 'epoch');
  if (typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch >= 1) return epoch;
  throw new DataError(`must be an integer of at least 1, but ${describeFound(epoch)}.`, {
    ...place,
    field: 'epoch',
  });
}
