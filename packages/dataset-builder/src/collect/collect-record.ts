import { DataError } from '@embedllm/core';
import type { JsonObject } from '@embedllm/internals';

/** A line of a record: one call and what came of it. It is a table that `readEvaluations` reads. */
export interface CollectRecord {
  /** Identifies model, settings and question; of several lines with the same the last counts. */
  readonly call: string;
  /** `error` where no answer came, which is missing data. */
  readonly status: 'ok' | 'error';
  readonly questionId: string;
  readonly prompt: string;
  readonly category: string;
  /** What the system said. */
  readonly instructions?: string | undefined;
  /** Name of the entry, such as `gpt-5-mini:high`. */
  readonly model: string;
  /** From 0 to 1; null where there is no answer or the scorer could not tell. */
  readonly outcome: number | null;
  /** The right answer. */
  readonly key?: string | undefined;
  /** Which scorer and version, such as `choice@1`. */
  readonly scorer?: string | undefined;
  /** What the scorer took for the answer. */
  readonly answer?: string | undefined;
  /** Why the outcome is what it is. */
  readonly reason?: string | undefined;
  /** All that the model wrote. */
  readonly output?: string | undefined;
  /** Why the model stopped: `stop`, or `length` where it was cut off. */
  readonly finishReason?: string | undefined;
  /** The limit that it was asked with. */
  readonly maxOutputTokens?: number | undefined;
  readonly inputTokens?: number | undefined;
  /** Hidden reasoning included. */
  readonly outputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly cachedInputTokens?: number | undefined;
  /** US dollars, failed attempts included. */
  readonly cost: number;
  /** Whether the cost is the most that it can be, because the provider did not say the tokens. */
  readonly costIsBound?: boolean | undefined;
  readonly latencyMs: number;
  /** ISO 8601. */
  readonly at: string;
  readonly error?: string | undefined;
  readonly httpStatus?: number | undefined;
}

const TEXTS = ['call', 'questionId', 'prompt', 'category', 'model'] as const;
const NUMBERS = ['cost', 'latencyMs'] as const;

/** @throws DataError with file, row and field where a line is not one of a record. */
export function assertCollectRecord(
  object: JsonObject,
  file: string,
  row: number,
): asserts object is JsonObject & CollectRecord {
  const check = (field: string, isRight: boolean, must: string): void => {
    if (isRight) return;
    throw new DataError(`must be ${must}. Is this a record of \`collect\`?`, { file, row, field });
  };
  for (const field of TEXTS) check(field, typeof object[field] === 'string', 'a string');
  for (const field of NUMBERS) check(field, typeof object[field] === 'number', 'a number');
  const { status, outcome } = object;
  check('status', status === 'ok' || status === 'error', '"ok" or "error"');
  const isShare = typeof outcome === 'number' && outcome >= 0 && outcome <= 1;
  check('outcome', outcome === null || isShare, 'a number from 0 to 1, or null');
}
