import { EmbedLLMError } from '@embedllm/core';
import type { ObjectStore } from '../storage/object-store.js';
import { readParquetNumbers } from '../storage/parquet-object.js';
import type { RecordPart } from './record-set.js';

/** Labels of a part, in the order of its responses. */
export interface PartResponses {
  /** From 0 within the part. */
  readonly questions: Uint32Array;
  readonly models: Uint32Array;
  readonly labels: Uint8Array;
}

/** Which part, and what its scores mean. */
export interface ReadResponsesOptions {
  /** Prefix of the set. */
  readonly records: string;
  readonly part: RecordPart;
  /** The lowest score that counts as correct. @default scores must be 0 or 1 */
  readonly threshold: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Reads the responses of a part as labels. @throws EmbedLLMError for graded scores without threshold. */
export async function readResponses(
  storage: ObjectStore,
  { records, part, threshold, signal }: ReadResponsesOptions,
): Promise<PartResponses> {
  const columns = ['question_id', 'model_id', 'score'] as const;
  const range = { columns, rows: part.responseCount, signal };
  const numbers = await readParquetNumbers(storage, records + part.responses, range);
  return {
    questions: new Uint32Array(numbers.question_id.map((id) => id - part.firstQuestion)),
    models: new Uint32Array(numbers.model_id),
    labels: new Uint8Array(numbers.score.map((score) => labelOf(score, threshold))),
  };
}

function labelOf(score: number, threshold: number | undefined): 0 | 1 {
  if (threshold !== undefined) return score >= threshold ? 1 : 0;
  if (score === 0 || score === 1) return score;
  throw new EmbedLLMError(
    `There are graded scores, such as ${score}. Set the lowest score that counts as correct with the option threshold.`,
    { code: 'invalid-argument' },
  );
}
