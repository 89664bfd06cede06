import type { Answer } from '@embedllm/core';
import type { MarkedAnswer } from '@embedllm/dataset-builder';
import {
  type CheckFolds,
  checkGate,
  fitItemResponse,
  forecastBenchmarks,
  formatHarnessQuestions,
  type GateResult,
  type HarnessDocument,
  type ItemResponsePool,
  type ModelBenchmarksForecast,
  renderForecastMarkdown,
  selectQuestions,
} from '@embedllm/forecaster';
import { didYouMean, quantity } from '@embedllm/internals';
import { readQuestionEmbeddings } from '../../inputs/encode-dataset.js';
import { binaryOutcome, questionFinder, readModelAnswers } from '../../inputs/model-answers.js';
import { type OpenDataset, openDataset } from '../../inputs/open-dataset.js';
import { storeThreshold } from '../../inputs/reading-options.js';
import { alikeModel, alikeQuestions } from '../../output/alike-names.js';
import { replaceFile } from '../../output/replace-file.js';
import type { Context } from '../../program/context.js';
import { exitCodeOfVerdicts } from '../../program/exit-code.js';
import { UsageError } from '../../program/failure.js';
import { readHarnessDocuments } from './harness-documents.js';
import type { ForecastOptions } from './options.js';
import { parseGate } from './parse-gate.js';

/** What a forecast found; plain JSON. */
export interface ForecastSummary {
  readonly data: string;
  readonly forecast: ModelBenchmarksForecast;
  /** Answers to questions that the dataset does not have; they play no part. */
  readonly unknownQuestions: number;
  readonly gates: readonly GateResult[];
  /** Ids of the questions to ask next, most telling first. */
  readonly next: readonly string[];
}

/** Forecasts the benchmark scores of a model, checks gates, and chooses what to ask next. */
export async function forecastModel(
  context: Context,
  options: ForecastOptions,
): Promise<{ summary: ForecastSummary; text: string; markdown: string; exitCode: number }> {
  const gates = (options.require ?? []).map(parseGate);
  assertNext(options);
  const dataset = await openDataset(context, {
    ...options,
    threshold: storeThreshold(options),
  });
  assertBenchmarks(options, gates, dataset);
  const read = await readResponses(context, options, dataset);
  const documents = await documentsOf(context, options);
  const pool = await fitPool(context, options, dataset);
  const forecast = forecastBenchmarks({
    pool,
    model: read.model,
    responses: read.responses,
    sample: options.sample,
    confidence: options.confidence,
    seed: options.seed,
  });
  const verdicts = gates.map((gate) =>
    checkGate({ forecast, ...gate, minAnswers: options.minAnswers }),
  );
  const next = chooseNext(options, pool, read);
  if (documents && options.samples !== undefined) {
    if (next.length === 0) {
      throw new UsageError(
        `--next has no question left for ${options.samples}: the model has answered all of them. Leave out --next to forecast it.`,
      );
    }
    await replaceFile(context.path(options.samples), formatHarnessQuestions(next, documents));
    context.note(`${options.samples}: ${quantity(next.length, 'question')} for lm_eval --samples`);
  }
  const unknown = read.unknown.length;
  if (unknown > 0) {
    context.warn(
      `${quantity(unknown, 'answer')} to questions not in ${dataset.path}.${alikeAnswered(read.unknown, dataset)}`,
    );
  }
  const alike = read.model === undefined ? '' : alikeModel(read.model, dataset.correctness.models);
  if (alike !== '') context.warn(alike);
  const summary = {
    data: dataset.path,
    forecast,
    unknownQuestions: unknown,
    gates: verdicts,
    next,
  };
  const markdown = renderForecastMarkdown(forecast);
  const parts = [markdown.trimEnd()];
  if (verdicts.length > 0) parts.push('', ...verdicts.map(({ message }) => message));
  if (next.length > 0 && options.samples === undefined) parts.push('', 'Ask next:', ...next);
  return { summary, text: parts.join('\n'), markdown, exitCode: exitCodeOfVerdicts(verdicts) };
}

interface Responses {
  readonly model: string | undefined;
  readonly responses: readonly Answer[];
  /** Answers to questions that the dataset does not have. */
  readonly unknown: readonly MarkedAnswer[];
}

async function readResponses(
  context: Context,
  options: ForecastOptions,
  { correctness, questions }: OpenDataset,
): Promise<Responses> {
  const { answers: path, model } = options;
  if (path === undefined) {
    // Before the first answer there is nothing to decide, but something to ask.
    if (model === undefined && (options.next === undefined || options.require)) {
      throw new UsageError(
        'Pass --answers or --model to say which model to forecast, or --next to see what to ask a new model first.',
      );
    }
    if (model !== undefined) assertKnownModel(model, correctness);
    return { model, responses: [], unknown: [] };
  }
  const read = await readModelAnswers(context, path, options, {
    name: model,
    hint: 'Choose one with --model.',
  });
  const idOf = questionFinder(questions);
  const responses: Answer[] = [];
  const unknown: MarkedAnswer[] = [];
  for (const answer of read.answers) {
    const question = idOf(answer);
    if (question !== undefined) {
      responses.push({ question, outcome: binaryOutcome(answer, path) });
    } else {
      unknown.push(answer);
    }
  }
  if (responses.length === 0) {
    throw new UsageError(
      `${path} has ${quantity(read.answers.length, 'answer')}, but none to a question in the dataset. Answers are matched by question id or text.${alikeAnswered(unknown, { questions })}`,
    );
  }
  return { model: model ?? read.model, responses, unknown };
}

/** Of unknown questions those that look like known ones. */
function alikeAnswered(
  unknown: readonly MarkedAnswer[],
  { questions }: Pick<OpenDataset, 'questions'>,
): string {
  const names = unknown.flatMap(({ question, prompt }) => question ?? prompt ?? []);
  return alikeQuestions(
    names,
    questions.flatMap(({ id, prompt }) => [id, prompt]),
  );
}

/** Without a file of answers, only a model of the dataset has any. */
function assertKnownModel(model: string, correctness: OpenDataset['correctness']): void {
  if (correctness.models.includes(model)) return;
  const hint = didYouMean(model, correctness.models);
  throw new UsageError(
    `--model ${JSON.stringify(model)} is not among the ${quantity(correctness.modelCount, 'model')} in the dataset.${hint} For a new model, pass its answers with --answers.`,
  );
}

async function fitPool(
  context: Context,
  options: ForecastOptions,
  dataset: OpenDataset,
): Promise<ItemResponsePool> {
  const { embeddings: path, abilities, seed } = options;
  const embedded =
    path === undefined
      ? undefined
      : await readQuestionEmbeddings(context.path(path), dataset, context.signal);
  const task = context.progress.start('Fitting item responses');
  const fit = (checkFolds?: CheckFolds): Promise<ItemResponsePool> =>
    fitItemResponse({
      correctness: dataset.correctness,
      categories: dataset.categories,
      embeddings: embedded?.embeddings,
      dimensions: abilities,
      ...{ seed, checkFolds, signal: context.signal, onProgress: task.onProgress },
    });
  try {
    if (options.cluster === undefined) return await fit();
    const { withSweep } = await import('../../inputs/with-sweep.js');
    const about = ['forecast', dataset.path, options];
    return await withSweep(context, options, { about }, (sweep) => fit(sweep.checkFolds));
  } finally {
    task.end();
  }
}

/** Finds a slip before the item responses are fitted. */
function assertBenchmarks(
  { benchmarks = [] }: ForecastOptions,
  gates: readonly { benchmark: string }[],
  { categories }: OpenDataset,
): void {
  const known = [...new Set(categories)];
  const required = gates.map(({ benchmark }) => benchmark);
  for (const name of [...benchmarks, ...required]) {
    const isMean = name === 'micro' || name === 'macro';
    if (known.includes(name) || (isMean && !benchmarks.includes(name))) continue;
    const all = benchmarks.includes(name) ? known : [...known, 'micro', 'macro'];
    throw new UsageError(
      `Unknown benchmark ${JSON.stringify(name)}.${didYouMean(name, all)} Available: ${all.join(', ')}.`,
    );
  }
}

function assertNext(options: ForecastOptions): void {
  const { next, benchmarks, samples, logs, minAnswers, require } = options;
  if (minAnswers !== undefined && require === undefined) {
    throw new UsageError('--min-answers requires --require.');
  }
  if (next === undefined && (benchmarks || samples !== undefined || logs !== undefined)) {
    throw new UsageError('--benchmarks, --samples and --logs require --next.');
  }
  if ((samples === undefined) !== (logs === undefined)) {
    throw new UsageError(
      '--samples and --logs must be used together: the logs locate the questions.',
    );
  }
}

async function documentsOf(
  context: Context,
  options: ForecastOptions,
): Promise<ReadonlyMap<string, HarnessDocument> | undefined> {
  if (options.logs === undefined) return undefined;
  return readHarnessDocuments(context, options.logs, options);
}

function chooseNext(
  { next, benchmarks, model, seed }: ForecastOptions,
  pool: ItemResponsePool,
  { responses }: Responses,
): string[] {
  if (next === undefined) return [];
  const own = model !== undefined && pool.models.includes(model) ? pool.answersOf(model) : [];
  return selectQuestions({
    pool,
    responses: [...own, ...responses],
    count: next,
    benchmarks,
    seed,
  });
}
