import { DataError, type Matrix, type Question, type QuestionSplit } from '@embedllm/core';
import { checkObject } from '@embedllm/internals';
import { importDataset, type ReadEmbedLLMOptions } from '../embedllm/import-dataset.js';
import type { ImportedEvaluationDataset } from '../embedllm/read-embedllm.js';
import { readQuestionSplit } from '../splits/read-question-split.js';
import { type FolderFiles, findFolderFiles, responseFiles } from './folder-files.js';
import { readNpyEmbeddings, readTorchEmbeddings } from './read-embeddings.js';

/** Options of `readEvaluationFolder`. */
export type ReadEvaluationFolderOptions = Omit<
  ReadEmbedLLMOptions,
  'responses' | 'questions' | 'models'
>;

/** All that an evaluation folder holds. */
export interface EvaluationFolder extends ImportedEvaluationDataset {
  /**
   * From `splits.csv`, else from which of train.csv, val.csv and test.csv a question's responses
   * are in; `undefined` where the folder has neither.
   */
  readonly split: QuestionSplit | undefined;
  /**
   * Question embeddings [Q, D], row i for question i, from `embeddings.npy`, else from
   * `question_embeddings.pth`; `undefined` without.
   */
  readonly embeddings: Matrix | undefined;
}

/**
 * Reads a folder of evaluation data, finding its files by name: `responses.csv`, or `train.csv`,
 * `val.csv` and `test.csv`; and where present `questions.csv`, `models.csv`, `splits.csv` (columns
 * prompt_id and split) and `embeddings.npy`, or `question_embeddings.pth` of the published data. Every table may be compressed, as `name.csv.gz`.
 * The columns and the order of questions and models are those of `readEmbedLLM`.
 *
 * @throws DataError as `readEmbedLLM` does, and when the folder holds no responses, two versions
 * of one table, a question in two of train, val and test, or embeddings of other questions.
 *
 * @example
 * const { questions, correctness, split, embeddings } = await readEvaluationFolder('data/zeroeval');
 */
export async function readEvaluationFolder(
  directory: string,
  options: ReadEvaluationFolderOptions = {},
): Promise<EvaluationFolder> {
  const { signal } = checkObject('options', options);
  signal?.throwIfAborted();
  const files = await findFolderFiles(directory);
  const { questions, models, splits } = files;
  const {
    dataset,
    report,
    responseFiles: fileOfQuestion,
  } = await importDataset({
    ...options,
    responses: findResponses(directory, files),
    questions,
    models,
    disjointFiles: splits === undefined,
  });
  const ids = dataset.questions.map(({ id }) => id);
  const split =
    splits === undefined
      ? splitOfFiles(files, fileOfQuestion)
      : await readQuestionSplit(splits, ids, { signal });
  const embeddings = await readEmbeddings(files, dataset.questions, options);
  return { ...dataset, report, split, embeddings };
}

function findResponses(directory: string, files: FolderFiles): string[] {
  const responses = responseFiles(directory, files);
  if (responses.length > 0) return responses;
  throw new DataError(
    'has no responses: there is no responses.csv, train.csv, val.csv or test.csv, plain or as .csv.gz.',
    { file: directory },
  );
}

/** The split that train.csv, val.csv and test.csv are; questions without response are in no part. */
function splitOfFiles(
  files: FolderFiles,
  fileOfQuestion: readonly (string | undefined)[],
): QuestionSplit | undefined {
  if (files.responses !== undefined) return undefined;
  const part = (file: string | undefined): number[] =>
    fileOfQuestion.flatMap((found, index) => (file !== undefined && found === file ? [index] : []));
  return { train: part(files.train), validation: part(files.val), test: part(files.test) };
}

async function readEmbeddings(
  files: FolderFiles,
  questions: readonly Question[],
  { signal }: ReadEvaluationFolderOptions,
): Promise<Matrix | undefined> {
  const { embeddings, torchEmbeddings } = files;
  if (embeddings !== undefined) return readNpyEmbeddings(embeddings, questions, signal);
  if (torchEmbeddings === undefined) return undefined;
  return readTorchEmbeddings(torchEmbeddings, questions, signal);
}
