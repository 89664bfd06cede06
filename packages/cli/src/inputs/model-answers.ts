import { stat } from 'node:fs/promises';
import { DataError, EmbedLLMError, type Question } from '@embedllm/core';
import {
  assertOptionsUsed,
  detectEvaluationSources,
  type MarkedAnswer,
  readAnswers,
  readEvaluations,
  type TableReport,
} from '@embedllm/dataset-builder';
import { quantity } from '@embedllm/internals';
import type { Context } from '../program/context.js';
import { UsageError } from '../program/failure.js';
import { type ReadingFlags, readingOptions } from './reading-options.js';
import { logRemarks, sayTables, warnOfNames, warnOfSamplesLeftOut } from './reading-remarks.js';
import { warnOfTexts } from './warn-of-texts.js';

/** Answers of one model, and what it is called where the file says so. */
export interface ModelAnswers {
  readonly model: string | undefined;
  readonly answers: readonly MarkedAnswer[];
}

/** Which model's answers are wanted where a table has those of several. */
export interface WantedModel {
  readonly name: string | undefined;
  /** What to do where there is none of it. */
  readonly hint: string;
}

/**
 * Reads the marked answers of one model: a table as `build` takes it, or logs of
 * lm-evaluation-harness or Inspect (a folder, or a file of them).
 *
 * @throws DataError when the file is malformed, or the logs are of several models.
 * @throws UsageError when a table is of several models and none of them is wanted, or a flag would
 * be ignored.
 */
export async function readModelAnswers(
  context: Context,
  path: string,
  flags: ReadingFlags & { readonly logs?: string | undefined },
  wanted: WantedModel,
): Promise<ModelAnswers> {
  const file = context.path(path);
  // With --model, the command names the model.
  const reading = { ...readingOptions(context, flags), model: undefined };
  const format = await formatOf(file);
  if (format === 'table') {
    assertOptionsUsed(reading, flags.logs === undefined ? ['table'] : ['table', 'harness']);
    return readAnswerTable(context, file, flags, wanted);
  }
  // What is for logs of lm-evaluation-harness may then be for those of --logs alone.
  const ofDocuments = format === 'inspect' && flags.logs !== undefined;
  const { questions, models, correctness, report, logs, tables, unmatched } = await readEvaluations(
    file,
    ofDocuments ? { ...reading, filter: undefined, metric: undefined } : reading,
  );
  warnOfNames(context, unmatched);
  for (const remark of logRemarks(logs, flags, { leftOut: false })) context.note(remark);
  warnOfSamplesLeftOut(context, logs);
  for (const table of tables) warnOfUnscored(context, table);
  const [model, ...others] = models;
  if (!model || others.length > 0) {
    throw new EmbedLLMError(
      `${file}: The logs belong to ${models.length} models (${models.map(({ name }) => name).join(', ')}): pass the folder of one.`,
      { code: 'invalid-data' },
    );
  }
  warnOfTexts(context, report.texts);
  const answers = questions.flatMap(({ id, prompt }, row): MarkedAnswer[] => {
    const outcome = correctness.get(row, 0);
    return outcome === undefined ? [] : [{ question: id, prompt, outcome }];
  });
  return { model: model.name, answers };
}

/** Reads the answers of one model from a table, which may have those of others. */
export async function readAnswerTable(
  context: Context,
  file: string,
  flags: ReadingFlags,
  { name, hint }: WantedModel,
): Promise<ModelAnswers> {
  // With --model, the command names the model, not the table.
  const { model: _, modelColumns: __, ...reading } = readingOptions(context, flags);
  const answers = await readAnswers(file, {
    ...reading,
    onTable: (table) => {
      sayTables(context, [table], { areAnswers: true });
      warnOfUnscored(context, table);
    },
  });
  const models = [...new Set(answers.map(({ model }) => model))];
  if (models.length === 1) return { model: models[0], answers };
  if (name !== undefined && models.includes(name)) {
    return { model: name, answers: answers.filter(({ model }) => model === name) };
  }
  const shown = models.slice(0, 8).join(', ') + (models.length > 8 ? ', …' : '');
  const none = name === undefined ? '' : `, but none of ${JSON.stringify(name)}`;
  throw new UsageError(
    `${file} has answers from ${models.length} models (${shown})${none}. ${hint}`,
  );
}

/** An answer loses its score where a model or a judge failed, and the others then look better. */
function warnOfUnscored(context: Context, { file, notAsked }: TableReport): void {
  if (notAsked === 0) return;
  const were = notAsked === 1 ? 'was' : 'were';
  context.warn(
    `${quantity(notAsked, 'record')} of ${file} without a score (empty, NaN, null, None, NA) ${were} left out. If the model was asked and failed, score them 0.`,
  );
}

/** Finds the dataset's id of an answer's question: its own, else that of the same text. */
export function questionFinder(
  questions: readonly Question[],
): (answer: MarkedAnswer) => string | undefined {
  const ids = new Set(questions.map(({ id }) => id));
  // Of questions with the same text the first.
  const byText = new Map([...questions].reverse().map(({ id, prompt }) => [prompt, id]));
  return ({ question, prompt }) => {
    if (question !== undefined) return ids.has(question) ? question : undefined;
    return prompt === undefined ? undefined : byText.get(prompt);
  };
}

/**
 * The outcome of an answer that is right (1) or wrong (0).
 *
 * @throws DataError when it is graded in between.
 */
export function binaryOutcome({ outcome, row }: MarkedAnswer, file: string): 0 | 1 {
  if (outcome === 0 || outcome === 1) return outcome;
  throw new DataError(
    `The outcome must be 0 or 1 here, but is ${outcome}. Set the lowest score that counts as correct with --threshold.`,
    { file, row },
  );
}

/**
 * What a path holds; `undefined` where that is for `readEvaluations` to say. A file that is neither
 * logs nor an archive is a table, and one that cannot be read is taken for one.
 */
async function formatOf(path: string): Promise<'table' | 'inspect' | undefined> {
  const status = await stat(path).catch(() => undefined);
  const [source] = await detectEvaluationSources(path).catch(() => []);
  if (source?.kind === 'inspect') return 'inspect';
  if (status?.isDirectory()) return undefined;
  return source === undefined || source.kind === 'table' ? 'table' : undefined;
}
