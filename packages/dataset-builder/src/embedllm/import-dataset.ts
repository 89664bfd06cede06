import {
  CorrectnessBuilder,
  EmbedLLMError,
  type EvaluationDataset,
  type Progress,
} from '@embedllm/core';
import { checkInteger, checkNumber, checkPaths } from '@embedllm/internals';
import { sizeOfFile } from '../files/read-bytes.js';
import { readingProgress } from '../files/reading-progress.js';
import { describeImport, type FileReport, type ImportReport } from './import-report.js';
import { ModelTable, readModels } from './model-table.js';
import { orderOfIds, permute } from './order-of-ids.js';
import { QuestionTable, readQuestions } from './question-table.js';
import { readResponses } from './read-responses.js';

/** Options of `readEmbedLLM`. */
export interface ReadEmbedLLMOptions {
  /**
   * CSV files of responses, plain or gzip, at least one. Columns prompt_id, model_id, label;
   * category and prompt unless `questions` is given; model_name unless `models` is given;
   * output_chars (length of the answer in characters) where known. Others are ignored.
   */
  readonly responses: string | readonly string[];
  /**
   * CSV file of all questions: prompt_id, category, prompt.
   *
   * @default the questions that occur in `responses`
   */
  readonly questions?: string | undefined;
  /**
   * CSV file of all models: model_id, model_name, and where known family, parameters_billion,
   * input_price and output_price (US dollars per million tokens), mean_output_tokens, context_length,
   * latency_ms, capabilities, regions and metadata (a JSON object). Other columns are named in the
   * report.
   *
   * @default the models that occur in `responses`
   */
  readonly models?: string | undefined;
  /**
   * The lowest label that counts as correct, above 0 and at most 1.
   *
   * @default labels must be 0 or 1, or words for them
   */
  readonly threshold?: number | undefined;
  /** Largest number of questions times models, an integer of at least 1. @default 2^28 */
  readonly maxCells?: number | undefined;
  /** Longest record accepted, in bytes, an integer of at least 1. @default 16 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every chunk taken from the disk (256 KiB at most) and once at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A dataset as it was read, with what only its files say. */
export interface ImportedDataset {
  readonly dataset: EvaluationDataset;
  readonly report: ImportReport;
  /** The file of each question's first response, length Q; `undefined` where there is none. */
  readonly responseFiles: readonly (string | undefined)[];
}

/** What an import needs to know beyond `ReadEmbedLLMOptions`. */
export interface ImportOptions extends ReadEmbedLLMOptions {
  /** Refuse a question that occurs in two response files, as when each is a part of a split. */
  readonly disjointFiles: boolean;
}

/** Reads the files of `readEmbedLLM`. Time is linear in bytes; memory in Q x M plus prompts. */
export async function importDataset(options: ImportOptions): Promise<ImportedDataset> {
  const { questions, models, signal } = options;
  const responses = checkPaths('responses', options.responses);
  if (responses.length === 0) {
    throw new EmbedLLMError('At least one file of responses is required.', {
      code: 'invalid-argument',
    });
  }
  checkInteger('maxRecordBytes', options.maxRecordBytes, { min: 1, optional: true });
  checkInteger('maxCells', options.maxCells, { min: 1, optional: true });
  checkNumber('threshold', options.threshold, { above: 0, max: 1, optional: true });
  signal?.throwIfAborted();
  const progress = await trackProgress(options, [models, questions, ...responses]);
  const modelTable = new ModelTable();
  if (models !== undefined) await readModels(models, modelTable, progress.reading(models));
  const questionTable = new QuestionTable({ disjointFiles: options.disjointFiles });
  if (questions !== undefined) {
    await readQuestions(questions, questionTable, progress.reading(questions));
  }
  const builder = new CorrectnessBuilder({
    ...(questionTable.closed && { questions: questionTable.questions.map(({ id }) => id) }),
    ...(modelTable.closed && { models: modelTable.models().map(({ name }) => name) }),
    maxCells: options.maxCells,
  });
  const files: FileReport[] = [];
  let notAsked = 0;
  for (const file of responses) {
    const rows = await readResponses(file, {
      questions: questionTable,
      models: modelTable,
      builder,
      threshold: options.threshold,
      onNotAsked: () => {
        notAsked++;
      },
      ...progress.reading(file),
    });
    files.push({ file, rows });
  }
  progress.finish();
  const questionOrder = questionTable.closed
    ? undefined
    : orderOfIds(questionTable.questions.map(({ id }) => id));
  const modelOrder = modelTable.closed ? undefined : orderOfIds(modelTable.ids);
  let correctness = builder.build();
  if (questionOrder !== undefined) correctness = correctness.selectQuestions(questionOrder);
  if (modelOrder !== undefined) correctness = correctness.selectModels(modelOrder);
  const dataset = {
    questions: permute(questionTable.questions, questionOrder),
    models: permute(modelTable.models(), modelOrder),
    correctness,
  };
  const modelIds = permute(modelTable.ids, modelOrder);
  return {
    dataset,
    report: describeImport(dataset, {
      files,
      modelIds,
      duplicates: builder.duplicates,
      unknownModelColumns: modelTable.unknownColumns,
      notAsked,
    }),
    responseFiles: permute(questionTable.responseFiles, questionOrder),
  };
}

interface ProgressTracker {
  /** Options for reading one of the files. */
  reading(file: string): {
    readonly maxRecordBytes: number | undefined;
    readonly signal: AbortSignal | undefined;
    readonly onBytes: (count: number) => void;
  };
  finish(): void;
}

async function trackProgress(
  { maxRecordBytes, signal, onProgress }: ReadEmbedLLMOptions,
  files: readonly (string | undefined)[],
): Promise<ProgressTracker> {
  let totalBytes = 0;
  for (const file of files) if (file !== undefined) totalBytes += await sizeOfFile(file);
  let bytes = 0;
  let current = '';
  return {
    reading(file) {
      current = file;
      return {
        maxRecordBytes,
        signal,
        onBytes(count) {
          bytes += count;
          onProgress?.(readingProgress(file, bytes, totalBytes));
        },
      };
    },
    finish() {
      signal?.throwIfAborted();
      onProgress?.(readingProgress(current, bytes, totalBytes));
    },
  };
}
