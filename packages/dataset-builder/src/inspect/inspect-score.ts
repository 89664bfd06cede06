import { advice, DataError, namedOption } from '@embedllm/core';
import { type Place, quoteBriefly } from '../csv/columns.js';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { chosenNames, type NameChoice } from '../runs/name-choice.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { SeenNames } from '../runs/seen-names.js';

/** Which score of a sample to take. */
export interface InspectScoreOptions {
  /**
   * Scorers to take, by name: the first in the list that the sample has. A function decides for
   * each task.
   *
   * @default the only one there is
   */
  readonly scorer?: NameChoice | undefined;
  /**
   * Of scorers whose value is an object, the key to take: the first in the list that it has.
   *
   * @default the only one there is
   */
  readonly value?: NameChoice | undefined;
}

/** Where scores are read, and where what is unclear goes. */
export interface ScoreContext extends InspectScoreOptions {
  readonly task: string;
  readonly open: OpenChoices;
  /** Takes the scorers and keys that samples have. */
  readonly seen?: SeenNames | undefined;
}

/** The score of one sample. */
export interface InspectScore {
  /** Name of the scorer, with the key after a dot where its value is an object. */
  readonly scorer: string;
  /** 0 to 1; `undefined` where the scorer gave none (NaN in Python). */
  readonly score: number | undefined;
}

/** Values that stand for a number, as `value_to_float` of inspect_ai reads them. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ['C', 1],
  ['P', 0.5],
  ['I', 0],
  ['N', 0],
]);
const TRUTHS: ReadonlyMap<string, number> = new Map([
  ['yes', 1],
  ['true', 1],
  ['no', 0],
  ['false', 0],
]);

/**
 * The score of a sample by one scorer: `C` 1, `P` 0.5, `I` and `N` 0, true and false, yes and no, a
 * number from 0 to 1, or such a value within an object.
 *
 * @returns `undefined` where the sample has no scores at all.
 * @throws DataError with the field, where it is malformed. Which one to take may be left open.
 */
export function inspectScoreOf(
  sample: JsonObject,
  context: ScoreContext,
  place: Place,
): InspectScore | undefined {
  const scores = scoresOf(sample, place);
  if (scores === undefined || Object.keys(scores).length === 0) return undefined;
  const scorer = choose(scores, 'scorer', context, { ...place, field: 'scores' });
  if (scorer === undefined) return undefined;
  const field = `scores.${scorer}`;
  const score = ownValue(scores, scorer);
  if (!isJsonObject(score)) {
    throw new DataError(`must be an object, but ${describeFound(score)}.`, { ...place, field });
  }
  const value = ownValue(score, 'value');
  if (value === undefined) {
    throw new DataError('is missing.', { ...place, field: `${field}.value` });
  }
  if (!isJsonObject(value)) {
    return { scorer, score: numberOf(value, context, { ...place, field: `${field}.value` }) };
  }
  const at = { ...place, field: `${field}.value` };
  const key = choose(value, 'value', context, at);
  if (key === undefined) return undefined;
  return {
    scorer: `${scorer}.${key}`,
    score: numberOf(ownValue(value, key), context, { ...place, field: `${field}.value.${key}` }),
  };
}

/** Logs of before April 2024 have one `score` without a scorer's name. */
function scoresOf(sample: JsonObject, place: Place): JsonObject | undefined {
  const scores = ownValue(sample, 'scores');
  if (scores === undefined || scores === null) {
    const score = ownValue(sample, 'score');
    return isJsonObject(score) ? { score } : undefined;
  }
  if (isJsonObject(scores)) return scores;
  throw new DataError(`must be an object, but ${describeFound(scores)}.`, {
    ...place,
    field: 'scores',
  });
}

/** The key of an object that is to be taken; `undefined` where it is empty, or that is left open. */
function choose(
  object: JsonObject,
  option: 'scorer' | 'value',
  context: ScoreContext,
  location: Place & { readonly field: string },
): string | undefined {
  const { task, open, seen } = context;
  const chosen = chosenNames(context[option], task);
  const present = Object.keys(object);
  seen?.add(option, present);
  const found = chosen?.find((name) => present.includes(name));
  if (found !== undefined) return found;
  if (chosen === undefined && present.length <= 1) return present[0];
  const listed = present.map((name) => quoteBriefly(name)).join(', ') || 'nothing';
  const suggestion = { [task]: present[0] ?? 'NAME' };
  open.add(`${option} ${task}`, {
    message:
      chosen === undefined
        ? advice`has ${listed}. Choose one with ${namedOption(option, suggestion)}.`
        : advice`has none of ${chosen.join(', ')}, but ${listed}. Choose one with ${namedOption(option, suggestion)}.`,
    location,
    suggested: { [option]: suggestion },
  });
  return present[0];
}

function numberOf(
  value: unknown,
  { task, open }: ScoreContext,
  location: Place & { readonly field: string },
): number | undefined {
  // NaN is how inspect_ai writes that a scorer gave no score; the parser has made it null.
  if (value === null) return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'string' ? numberOfText(value) : value;
  if (typeof number === 'number' && number >= 0 && number <= 1) return number;
  open.add(`score ${task}`, {
    message: advice`must be C, I, P or N, true or false, or a number from 0 to 1, but ${describeFound(value)}. Choose another one with ${namedOption('scorer')} or ${namedOption('value')}, or skip the task with ${namedOption('skipTasks', [task])}.`,
    location,
    suggested: { skipTasks: [task] },
  });
  return undefined;
}

function numberOfText(text: string): number | undefined {
  const known = WORDS.get(text) ?? TRUTHS.get(text.toLowerCase());
  if (known !== undefined) return known;
  return /^[\d.]+(?:e-?\d+)?$/i.test(text) ? Number(text) : undefined;
}
