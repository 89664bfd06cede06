import { stat } from 'node:fs/promises';
import { DataError, EmbedLLMError } from '@embedllm/core';
import {
  detectEvaluationSources,
  type MarkedAnswer,
  readAnswers,
  readHarnessLogs,
  readInspectLogs,
} from '@embedllm/dataset-builder';
import type { Context } from '../program/context.js';
import { harnessLogsAt } from './harness-logs.js';
import { logRemarks } from './log-remarks.js';
import { harnessOptions, inspectOptions, type LogSettings } from './log-settings.js';
import { warnOfTexts } from './warn-of-texts.js';

/** Answers of one model, and what it is called where the file says so. */
export interface ModelAnswers {
  readonly model: string | undefined;
  readonly answers: readonly MarkedAnswer[];
}

/**
 * Reads the marked answers of one model: a CSV or JSONL file, or logs of lm-evaluation-harness or
 * Inspect (a folder, or a file of them).
 *
 * @throws DataError when the file is malformed, or the logs are of several models.
 */
export async function readModelAnswers(
  context: Context,
  path: string,
  options: LogSettings,
): Promise<ModelAnswers> {
  const file = context.path(path);
  const { signal } = context;
  const isDirectory = await isFolder(file);
  const found = await detectEvaluationSources(file, { signal }).catch((error: unknown) => {
    // A file that is not there, or cannot be read: the reader says so.
    if (isDirectory) throw error;
    return [];
  });
  const isOf = (kind: string): boolean => found.some((source) => source.kind === kind);
  if (!isDirectory && !isOf('harness') && !isOf('inspect')) {
    return { model: undefined, answers: await readAnswers(file, { signal }) };
  }
  const { questions, models, correctness, report } = isOf('inspect')
    ? await readInspectLogs(file, { ...inspectOptions(options), signal })
    : await readHarnessLogs(await harnessLogsAt(file), { ...harnessOptions(options), signal });
  for (const remark of logRemarks(report, options)) context.note(remark);
  const [model, ...others] = models;
  if (!model || others.length > 0) {
    throw new EmbedLLMError(
      'invalid-data',
      `${file}: The logs are of ${models.length} models (${models.map(({ name }) => name).join(', ')}): name the folder of one.`,
    );
  }
  warnOfTexts(context, report.texts);
  const answers = questions.flatMap(({ id, prompt }, row): MarkedAnswer[] => {
    const outcome = correctness.get(row, 0);
    return outcome === undefined ? [] : [{ question: id, prompt, outcome, row: row + 1 }];
  });
  return { model: model.name, answers };
}

/**
 * The outcome of an answer that is right (1) or wrong (0).
 *
 * @throws DataError when it is graded in between.
 */
export function binaryOutcome({ outcome, row }: MarkedAnswer, file: string): 0 | 1 {
  if (outcome === 0 || outcome === 1) return outcome;
  throw new DataError(`An answer must be right or wrong here (1 or 0), but is ${outcome}.`, {
    file,
    row,
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
