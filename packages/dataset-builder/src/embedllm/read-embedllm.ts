import type { EvaluationDataset } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { importDataset, type ReadEmbedLLMOptions } from './import-dataset.js';
import type { ImportReport } from './import-report.js';

/** A dataset with what its import found. */
export interface ImportedEvaluationDataset extends EvaluationDataset {
  readonly report: ImportReport;
}

/**
 * Reads the CSV tables of EmbedLLM (Zhuang et al., ICLR 2025, arXiv 2410.02223): either joined
 * files, which repeat the prompt for every model, or questions and responses apart.
 *
 * Files are streamed; memory holds each distinct prompt once and 7 bytes for each question and
 * model, whatever the size of the files. Questions and models come in the order of their own files
 * where these are given; otherwise by ascending id where all ids are integers, as in the published
 * tensors, else in order of first appearance. A label is 0 or 1, a number
 * between them with a `threshold`, or a word for right or wrong (true, yes, correct, pass and their
 * opposites); an empty one, NaN, null, None, NA and N/A say that the model was not asked.
 *
 * Where responses have the column output_chars, each model's mean of it, duplicates left out, is
 * in its metadata as `meanOutputChars`.
 *
 * @returns questions, models and their correctness, shape [Q, M], with a report.
 * @throws DataError with file, row (line of the file, the header is 1) and field: `io` when a
 * file is missing or a directory, `conflicting-labels` when a question and model have two labels,
 * `invalid-data` on anything else that is malformed, unknown or contradictory.
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * const { questions, models, correctness, report } = await readEmbedLLM({
 *   responses: ['train.csv', 'val.csv', 'test.csv'],
 * });
 * console.log(`${report.labels} labels, coverage ${report.coverage}`);
 */
export async function readEmbedLLM(
  options: ReadEmbedLLMOptions,
): Promise<ImportedEvaluationDataset> {
  const { dataset, report } = await importDataset({
    ...checkObject('options', options),
    disjointFiles: false,
  });
  return { ...dataset, report };
}
