import {
  CorrectnessMatrix,
  EmbedLLMError,
  type EvaluationDataset,
  type Question,
} from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import type { ObjectStore } from '../storage/object-store.js';
import { readParquetRows } from '../storage/parquet-object.js';
import { readResponses } from './read-responses.js';
import { readRecordSet } from './record-set.js';

/** What `readRecords` takes. */
export interface ReadRecordsOptions {
  readonly storage: ObjectStore;
  /** Prefix of a set that `Cluster.importRecords` wrote, such as `pool/`. */
  readonly records: string;
  /**
   * The lowest score that counts as correct, above 0 and at most 1.
   *
   * @default scores must be exactly 0 or 1
   */
  readonly threshold?: number | undefined;
  /** Largest number of questions times models, or where it is less of 20 x labels. @default 2^28 */
  readonly maxCells?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a set of records into memory: questions and models by their numbers.
 *
 * @throws EmbedLLMError `invalid-argument` for graded scores without threshold, and for sets that are
 * larger than `maxCells`; DataError naming the object that cannot be read.
 */
export async function readRecords(options: ReadRecordsOptions): Promise<EvaluationDataset> {
  const { storage, records, threshold, maxCells = 2 ** 28, signal } = options;
  checkNumber('threshold', threshold, { above: 0, max: 1, optional: true });
  const set = await readRecordSet(storage, records, signal);
  const { models } = set;
  if (Math.min(set.questions * models.length, 20 * set.responses) > maxCells) {
    throw new EmbedLLMError(
      `${set.questions} questions x ${models.length} models exceed the limit of ${maxCells} labels. Raise maxCells, or read the parts with labelledRecords.`,
      { code: 'invalid-argument' },
    );
  }
  const questions: Question[] = [];
  const entries = {
    questions: new Uint32Array(set.responses),
    models: new Uint32Array(set.responses),
    labels: new Uint8Array(set.responses),
  };
  let count = 0;
  for (const part of set.parts) {
    const before = questions.length;
    const columns = ['id', 'category', 'prompt'];
    for (const row of await readParquetRows(storage, records + part.questions, {
      columns,
      signal,
    })) {
      const [id, category, prompt] = columns.map((column) => String(row[column]));
      questions.push({ id: id ?? '', category: category ?? '', prompt: prompt ?? '' });
    }
    const read = await readResponses(storage, { records, part, threshold, signal });
    entries.questions.set(
      read.questions.map((question) => before + question),
      count,
    );
    entries.models.set(read.models, count);
    entries.labels.set(read.labels, count);
    count += part.responseCount;
  }
  const correctness = new CorrectnessMatrix({
    questions: questions.map(({ id }) => id),
    models: models.map(({ name }) => name),
    labels: entries,
  });
  return { questions, models, correctness };
}
