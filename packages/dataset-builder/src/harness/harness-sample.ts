import { DataError } from '@embedllm/core';
import { type Place, quoteBriefly } from '../csv/columns.js';
import {
  describeFound,
  isJsonObject,
  type JsonObject,
  ownValue,
  requireString,
} from '../jsonl/parse-object.js';
import { outputCharsOf } from './output-chars.js';
import { questionPrompt } from './question-prompt.js';

/** One answer of one model, as a line of `samples_<task>_<date>.jsonl` has it. */
export interface HarnessSample {
  /** The task, such as `mmlu_anatomy`. */
  readonly task: string;
  /** Identity of the question: `<task>/<doc_hash>`. */
  readonly questionId: string;
  /** SHA-256 of the document, the same in every run on the same data. */
  readonly docHash: string;
  /** Position of the document in its split, counted from 0. */
  readonly docId: number;
  /** Text of the question; see `HarnessSampleOptions.prompt`. */
  readonly prompt: string;
  /** How the answer was cut out of the response, such as `none` or `strict-match`. */
  readonly filter: string;
  /** Which score this is, such as `acc` or `exact_match`. */
  readonly metric: string;
  /** 0 to 1. */
  readonly score: number;
  /** Whether the score counts as correct. */
  readonly correct: boolean;
  /** Characters of the answer, where one was generated and logged. */
  readonly outputChars: number | undefined;
  /** Line of the file. */
  readonly row: number;
}

/** What to take from each sample. */
export interface HarnessSampleOptions {
  /**
   * Filters to accept, by name. A task such as gsm8k logs every sample once for each of its
   * filters; exactly one of them may be accepted. List `none` as well where other tasks have no
   * filter of their own. A function decides for each task; `undefined` from it accepts any.
   *
   * @default any, as long as a file has only one
   */
  readonly filter?: NameChoice | undefined;
  /**
   * Scores to take, by name: the first in the list that the sample has.
   *
   * @default `acc`, else `exact_match`, else the only one there is
   */
  readonly metric?: NameChoice | undefined;
  /**
   * The lowest score that counts as correct, above 0 and at most 1.
   *
   * @default scores must be exactly 0 or 1
   */
  readonly threshold?: number | undefined;
  /**
   * The text of a question, given the document and the text that was sent to the model.
   *
   * @default the question in the document with its choices, without solved examples and chat
   * template; the text that was sent where the document has none under a usual name
   */
  readonly prompt?: ((doc: JsonObject, sent: string | undefined) => string) | undefined;
}

/** One name, several in order of preference, or a function that decides for each task. */
export type NameChoice =
  | string
  | readonly string[]
  | ((task: string) => string | readonly string[] | undefined);

/** The names chosen for a task; `undefined` where none was. */
export function chosenNames(
  choice: NameChoice | undefined,
  task: string,
): readonly string[] | undefined {
  const names = typeof choice === 'function' ? choice(task) : choice;
  return typeof names === 'string' ? [names] : names;
}

/** Keys of every sample that are not scores. */
const NOT_SCORES = new Set(
  'doc_id,doc,target,arguments,resps,filtered_resps,filter,metrics,doc_hash,prompt_hash,target_hash'.split(
    ',',
  ),
);

const DEFAULT_METRICS = ['acc', 'exact_match'];

/** What `parseHarnessSample` needs to know about the file. */
export interface SampleContext extends HarnessSampleOptions {
  readonly task: string;
  /** Graded scores need no threshold; without one, only 1 is correct. @default false */
  readonly graded?: boolean | undefined;
}

/** The filter of a sample: logs from before filters were written have none. */
export function filterOf(sample: JsonObject, place: Place): string {
  const filter = ownValue(sample, 'filter');
  if (filter === undefined || filter === null) return 'none';
  return requireString(sample, 'filter', place);
}

/**
 * Checks one sample.
 *
 * @throws DataError with the field, where one is missing, of the wrong type or out of range.
 */
export function parseHarnessSample(
  sample: JsonObject,
  context: SampleContext,
  place: Place,
): HarnessSample {
  const { task, prompt = questionPrompt } = context;
  const docHash = hashOf(sample, place);
  const doc = ownValue(sample, 'doc');
  if (!isJsonObject(doc)) {
    throw new DataError(`must be an object, but ${describeFound(doc)}.`, {
      ...place,
      field: 'doc',
    });
  }
  const docId = ownValue(sample, 'doc_id');
  if (typeof docId !== 'number' || !Number.isSafeInteger(docId) || docId < 0) {
    throw new DataError(`must be an integer of at least 0, but ${describeFound(docId)}.`, {
      ...place,
      field: 'doc_id',
    });
  }
  const metric = metricOf(sample, context, place);
  const score = scoreOf(sample, metric, place);
  return {
    task,
    questionId: `${task}/${docHash}`,
    docHash,
    docId,
    prompt: prompt(doc, sentText(ownValue(sample, 'arguments'))),
    filter: filterOf(sample, place),
    metric,
    score,
    correct: context.graded
      ? score >= (context.threshold ?? 1)
      : isCorrect(score, metric, context.threshold, place),
    outputChars: outputCharsOf(sample),
    row: place.row,
  };
}

function hashOf(sample: JsonObject, place: Place): string {
  const hash = ownValue(sample, 'doc_hash');
  if (hash === undefined) {
    throw new DataError(
      'is missing. Samples are identified by it: log them with a version of lm-evaluation-harness that writes doc_hash.',
      { ...place, field: 'doc_hash' },
    );
  }
  const text = requireString(sample, 'doc_hash', place);
  if (text.length > 256) throw new DataError('is too long.', { ...place, field: 'doc_hash' });
  return text;
}

function metricOf(sample: JsonObject, { task, metric }: SampleContext, place: Place): string {
  const present = metricNames(sample, place);
  const chosen = chosenNames(metric, task);
  const found = (chosen ?? DEFAULT_METRICS).find((name) => present.includes(name));
  if (found !== undefined) return found;
  if (chosen === undefined && present.length === 1) return present[0] as string;
  const listed = present.map((name) => quoteBriefly(name)).join(', ');
  throw new DataError(
    present.length === 0
      ? 'the sample has no score.'
      : chosen === undefined
        ? `the sample has the scores ${listed}. Choose one with the option metric.`
        : `the sample has none of the scores asked for (${chosen.join(', ')}), but ${listed}.`,
    { ...place, field: 'metrics' },
  );
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

function scoreOf(sample: JsonObject, metric: string, place: Place): number {
  const value = ownValue(sample, metric);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new DataError(
    `must be true, false or a number from 0 to 1, but ${describeFound(value)}. Choose another score with the option metric.`,
    { ...place, field: metric },
  );
}

function isCorrect(
  score: number,
  metric: string,
  threshold: number | undefined,
  place: Place,
): boolean {
  if (threshold !== undefined) return score >= threshold;
  if (score === 0 || score === 1) return score === 1;
  throw new DataError(
    `is ${score}, a graded score. Say with the option threshold from where on it counts as correct.`,
    { ...place, field: metric },
  );
}

/** The first argument of the first request: `gen_args_0.arg_0`, or a list of lists before that. */
function sentText(value: unknown): string | undefined {
  const request = isJsonObject(value) ? ownValue(value, 'gen_args_0') : firstOf(value);
  const text = isJsonObject(request) ? ownValue(request, 'arg_0') : firstOf(request);
  return typeof text === 'string' ? text : undefined;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}
