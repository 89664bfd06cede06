import { createHash } from 'node:crypto';
import { DataError } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import {
  describeFound,
  isJsonObject,
  type JsonObject,
  ownValue,
  requireString,
} from '../jsonl/parse-object.js';
import type { NameChoice } from '../runs/name-choice.js';
import { type HarnessScore, type HarnessScoreContext, harnessScoreOf } from './harness-score.js';
import { outputCharsOf } from './output-chars.js';
import type { QuestionText } from './question-prompt.js';
import { sampleText, type TextContext } from './sample-text.js';

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
   * filter of their own. A record or a function decides for each task.
   *
   * @default the first in the file, which is the task's first: `strict-match` of gsm8k
   */
  readonly filter?: NameChoice | undefined;
  /**
   * Scores to take, by name: the first in the list that the sample has.
   *
   * @default the first that there is of `acc`, `exact_match`, `prompt_level_strict_acc`, `pass@1`,
   * `em`, `exact`, `acc_norm`, `mc1` and `f1`, else the only one from 0 to 1
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
   * @default the part of what was sent that holds the document's texts, and its choices after it
   * where they were not sent, without instructions, solved examples and chat template; where
   * nothing of the document was sent, its fields by their usual names (passage, question, choices)
   */
  readonly prompt?: ((doc: JsonObject, sent: string | undefined) => string) | undefined;
}

/** What `parseHarnessSample` needs to know about the file. */
export interface SampleContext extends HarnessSampleOptions, HarnessScoreContext, TextContext {}

/** A sample whose text may be a prompt as it was sent. */
export interface ParsedSample
  extends HarnessSample,
    QuestionText,
    Pick<HarnessScore, 'otherMetrics'> {
  readonly doc: JsonObject;
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
 * @returns `undefined` where it has no score (NaN).
 * @throws DataError with the field, where one is missing, of the wrong type or out of range.
 */
export function parseHarnessSample(
  sample: JsonObject,
  context: SampleContext,
  place: Place,
): ParsedSample | undefined {
  const { task } = context;
  const doc = ownValue(sample, 'doc');
  if (!isJsonObject(doc)) {
    throw new DataError(`must be an object, but ${describeFound(doc)}.`, {
      ...place,
      field: 'doc',
    });
  }
  const docHash = hashOf(sample, doc, place);
  const docId = ownValue(sample, 'doc_id');
  if (typeof docId !== 'number' || !Number.isSafeInteger(docId) || docId < 0) {
    throw new DataError(`must be an integer of at least 0, but ${describeFound(docId)}.`, {
      ...place,
      field: 'doc_id',
    });
  }
  const { metric, score, correct, otherMetrics } = harnessScoreOf(sample, context, place);
  if (score === undefined) return undefined;
  return {
    task,
    questionId: `${task}/${docHash}`,
    docHash,
    docId,
    doc,
    ...sampleText(sample, { doc, docHash }, context),
    filter: filterOf(sample, place),
    metric,
    score,
    correct,
    otherMetrics,
    outputChars: outputCharsOf(sample),
    row: place.row,
  };
}

/**
 * Versions before 0.4.3 did not write it. It is computed as they came to: SHA-256 of the document as
 * Python's `json.dumps(doc, indent=2, ensure_ascii=False)` writes it (`hash_string` of lm_eval).
 */
function hashOf(sample: JsonObject, doc: JsonObject, place: Place): string {
  const hash = ownValue(sample, 'doc_hash');
  if (hash === undefined) {
    return createHash('sha256')
      .update(JSON.stringify(doc, null, 2))
      .digest('hex');
  }
  const text = requireString(sample, 'doc_hash', place);
  if (text.length > 256) throw new DataError('is too long.', { ...place, field: 'doc_hash' });
  return text;
}
