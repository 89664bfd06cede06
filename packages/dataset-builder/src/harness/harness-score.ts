import { advice, DataError, namedOption } from '@embedllm/core';
import { didYouMean } from '@embedllm/internals';
import { type Place, quoteBriefly } from '../csv/columns.js';
import { describeFound, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { chosenNames, type NameChoice } from '../runs/name-choice.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { SeenNames } from '../runs/seen-names.js';

/** How the score of a sample is found. */
export interface HarnessScoreContext {
  readonly task: string;
  readonly metric?: NameChoice | undefined;
  /** The score that samples before it were read by. */
  readonly usedMetric?: string | undefined;
  readonly threshold?: number | undefined;
  /** Graded scores need no threshold; without one, only 1 is correct. @default false */
  readonly graded?: boolean | undefined;
  /** Takes what is unclear, and reading continues. @default it is an error */
  readonly open?: OpenChoices | undefined;
  /** Takes the scores that samples have. */
  readonly seen?: SeenNames | undefined;
}

/** The score of one sample. */
export interface HarnessScore {
  readonly metric: string;
  /** 0 to 1; `undefined` where the harness could not compute one (NaN in Python). */
  readonly score: number | undefined;
  readonly correct: boolean;
  /** Scores that could be taken as well, where none was asked for; known of the first sample of a file. */
  readonly otherMetrics?: readonly string[] | undefined;
}

/** Nothing in a sample is a score from 0 to 1. */
export class NoScoreError extends DataError {}

/** Keys of every sample that are not scores. */
const NOT_SCORES = new Set(
  'doc_id,doc,target,arguments,resps,filtered_resps,filter,metrics,doc_hash,prompt_hash,target_hash'.split(
    ',',
  ),
);

/** Main scores of the harness' tasks, the first that a sample has: `acc` comes before `acc_norm`. */
const MAIN_METRICS = [
  ...['acc', 'exact_match', 'prompt_level_strict_acc', 'pass@1', 'pass_at_1', 'pass_at_k'],
  ...['em', 'exact', 'acc_norm', 'mc1', 'f1'],
];

/**
 * The score of a sample.
 *
 * @throws NoScoreError where nothing in it is one.
 * @throws DataError with the field, where one is missing, of the wrong type or out of range.
 */
export function harnessScoreOf(
  sample: JsonObject,
  context: HarnessScoreContext,
  place: Place,
): HarnessScore {
  const { metric, otherMetrics } = metricOf(sample, context, place);
  const score = scoreOf(sample, metric, place);
  if (score === undefined) return { metric, score, correct: false, otherMetrics };
  const correct = context.graded
    ? score >= (context.threshold ?? 1)
    : isCorrect({ metric, score }, context, place);
  return { metric, score, correct, otherMetrics };
}

function metricOf(
  sample: JsonObject,
  context: HarnessScoreContext,
  place: Place,
): Pick<HarnessScore, 'metric' | 'otherMetrics'> {
  const { task, usedMetric } = context;
  const present = metricNames(sample, place);
  if (usedMetric !== undefined && present.includes(usedMetric)) return { metric: usedMetric };
  context.seen?.add('metric', present);
  const usable = present.filter((name) => isScore(ownValue(sample, name)));
  const chosen = chosenNames(context.metric, task);
  const found =
    chosen?.find((name) => present.includes(name)) ??
    (chosen === undefined
      ? (MAIN_METRICS.find((name) => usable.includes(name)) ??
        (usable.length === 1 ? usable[0] : undefined) ??
        (present.length === 1 ? present[0] : undefined))
      : undefined);
  if (found !== undefined) {
    const others = chosen === undefined ? usable.filter((name) => name !== found) : undefined;
    return { metric: found, otherMetrics: others };
  }
  const at = { ...place, field: 'metrics' };
  const listed = present.map((name) => quoteBriefly(name)).join(', ');
  if (present.length === 0) throw new NoScoreError('the sample has no score.', at);
  const [suggestion] = usable;
  if (suggestion === undefined) {
    throw new NoScoreError(
      advice`the sample has the scores ${listed}, none of which is a number from 0 to 1. Skip the task with ${namedOption('skipTasks', [task])}.`,
      at,
    );
  }
  const message =
    chosen === undefined
      ? advice`the sample has the scores ${listed}. Choose one with ${namedOption('metric', { [task]: suggestion })}.`
      : advice`the sample has none of the requested scores (${chosen.join(', ')}).${didYouMean(chosen[0] ?? '', present)} Available: ${listed}. Choose one with ${namedOption('metric', { [task]: suggestion })}.`;
  if (context.open === undefined) throw new DataError(message, at);
  const suggested = { metric: { [task]: suggestion } };
  context.open.add(`metric ${task}`, { message, location: at, suggested });
  return { metric: suggestion };
}

function metricNames(sample: JsonObject, place: Place): readonly string[] {
  const listed = ownValue(sample, 'metrics');
  if (listed === undefined) {
    return Object.keys(sample).filter((key) => {
      const type = typeof sample[key];
      return !NOT_SCORES.has(key) && (type === 'number' || type === 'boolean');
    });
  }
  if (Array.isArray(listed) && listed.every((name) => typeof name === 'string')) return listed;
  throw new DataError(`must be a list of names, but ${describeFound(listed)}.`, {
    ...place,
    field: 'metrics',
  });
}

function isScore(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && value >= 0 && value <= 1)
  );
}

function scoreOf(sample: JsonObject, metric: string, place: Place): number | undefined {
  const value = ownValue(sample, metric);
  // NaN, which the parser has made null: this one sample has no score.
  if (value === null) return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new NoScoreError(
    advice`must be true, false or a number from 0 to 1, but ${describeFound(value)}. Choose another score with ${namedOption('metric')}.`,
    { ...place, field: metric },
  );
}

function isCorrect(
  { metric, score }: { readonly metric: string; readonly score: number },
  { task, threshold, open }: HarnessScoreContext,
  place: Place,
): boolean {
  if (threshold !== undefined) return score >= threshold;
  if (score === 0 || score === 1) return score === 1;
  const message = advice`is ${score}, a graded score. Set the lowest score that counts as correct with ${namedOption('threshold')}.`;
  const location = { ...place, field: metric };
  if (open === undefined) throw new DataError(message, location);
  open.add(`threshold ${task}`, { message, location, suggested: { threshold: 0.5 } });
  return false;
}
