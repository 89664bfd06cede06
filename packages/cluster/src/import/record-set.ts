import type { ModelInfo } from '@embedllm/core';
import type { ObjectStore } from '../storage/object-store.js';
import { readJson } from '../storage/read-json.js';

/** A part of a set of records: Parquet that DuckDB and others read. Keys follow the set's prefix. */
export interface RecordPart {
  /** Key of `question_id`, `id`, `category`, `prompt`: in rising order of `question_id`. */
  readonly questions: string;
  /** Key of `question_id`, `model_id`, `score`. */
  readonly responses: string;
  /** Number of the first question; the others follow it without gaps. */
  readonly firstQuestion: number;
  readonly questionCount: number;
  readonly responseCount: number;
}

/** What `Cluster.importRecords` keeps as `records.json`. */
export interface RecordSet {
  /** By `model_id`; also in the object `models.parquet`. */
  readonly models: readonly ModelInfo[];
  readonly parts: readonly RecordPart[];
  readonly questions: number;
  readonly responses: number;
  /** Responses that several units had, with the same score. */
  readonly duplicates: number;
  /** Responses of which units had different scores, as `onConflict` allowed. */
  readonly conflicts: number;
  /** Questions that units asked with their choices in another order. */
  readonly reordered: number;
}

/** What lies next to the parts of a set. */
export const RECORDS = 'records.json';

/**
 * Reads what `Cluster.importRecords` kept.
 *
 * @param prefix - Of the set, such as `pool/`.
 * @throws DataError when the object is another one, EmbedLLMError `io` when there is none.
 */
export async function readRecordSet(
  storage: ObjectStore,
  prefix: string,
  signal?: AbortSignal,
): Promise<RecordSet> {
  const lists = ['parts', 'models'];
  return readJson(storage, prefix + RECORDS, { what: 'a set of records', lists, signal });
}
