import { advice, DataError, namedOption } from '@embedllm/core';
import { didYouMean } from '@embedllm/internals';
import { type Place, quoteBriefly } from '../csv/columns.js';
import { describeFound, isJsonObject, ownValue } from '../jsonl/parse-object.js';
import { scoreOfValue } from '../tables/score-text.js';

/** The score of an answer. */
export interface NamedScore {
  readonly name: string;
  /** 0 to 1; `null` where the scorer gave none. */
  readonly score: number | null;
}

/**
 * The score of a scorer in a list of `{ name, score }`, as evalite and vitest-evals have it.
 *
 * @param wanted - Name of the scorer. @default the only one
 * @returns `undefined` where there is no score.
 * @throws DataError where there are several and none is wanted, or not the one that is wanted.
 */
export function namedScore(
  scores: unknown,
  wanted: string | undefined,
  place: Place & { readonly field: string },
): NamedScore | undefined {
  if (scores === undefined || scores === null) return undefined;
  if (!Array.isArray(scores) || !scores.every(isJsonObject)) {
    throw new DataError(`must be a list of scores, but ${describeFound(scores)}.`, place);
  }
  const names = scores.map((score) => String(ownValue(score, 'name') ?? ''));
  if (scores.length === 0) return undefined;
  if (wanted === undefined && scores.length > 1) {
    throw new DataError(
      advice`has the scores ${names.map((name) => quoteBriefly(name)).join(', ')}. Choose one with ${namedOption('scoreColumn', names[0] ?? 'NAME')}.`,
      place,
    );
  }
  const at = wanted === undefined ? 0 : names.indexOf(wanted);
  const found = scores[at];
  if (found === undefined) {
    throw new DataError(
      advice`has no score ${quoteBriefly(wanted ?? '')}.${didYouMean(wanted ?? '', names)} Available: ${names.map((name) => quoteBriefly(name)).join(', ')}. Choose one with ${namedOption('scoreColumn', names[0] ?? 'NAME')}.`,
      place,
    );
  }
  const value = ownValue(found, 'score');
  const score = scoreOfValue(value);
  const name = names[at] ?? '';
  if (score !== undefined) return { name, score };
  throw new DataError(`must be a score from 0 to 1, but ${describeFound(value)}.`, {
    ...place,
    field: `${place.field}.${name}`,
  });
}
