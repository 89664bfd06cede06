import { extname } from 'node:path';
import { EmbedLLMError, type QuestionSplit, splitQuestions } from '@embedllm/core';
import {
  groupNearDuplicates,
  inspectQuality,
  type QualityReport,
  readEvaluations,
  writeEmbedLLM,
} from '@embedllm/dataset-builder';
import { warnOfColumns, withPrices } from '../../inputs/price-list.js';
import { readingOptions, storeThreshold } from '../../inputs/reading-options.js';
import { sayTables, warnOfNames } from '../../inputs/reading-remarks.js';
import { warnOfTexts } from '../../inputs/warn-of-texts.js';
import { assertDatasetPlace } from '../../output/output-place.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { assertApartFromSources } from './apart-from-sources.js';
import { assertLabels } from './assert-labels.js';
import { type BuildSummary, type BuiltDataset, describeBuild } from './describe-build.js';
import type { BuildOptions } from './options.js';

/** Imports sources, checks them, and writes them as a dataset folder or into a store. */
export async function buildDataset(
  context: Context,
  options: BuildOptions,
  paths: readonly string[],
): Promise<{ summary: BuildSummary; text: string }> {
  const output = context.path(options.output);
  if (options.prices !== undefined && extname(options.output) === '.duckdb') {
    throw new UsageError('A store cannot hold --prices. Pass --prices to train or route instead.');
  }
  const isStore = extname(options.output) === '.duckdb';
  const sources = paths.map((path) => context.path(path));
  let isThere = false;
  if (options.check !== true) {
    await assertApartFromSources(output, sources);
    if (!isStore) isThere = await assertDatasetPlace(output);
  }
  const build = isStore && options.check !== true ? buildStore : buildFolder;
  const built = await build(context, options, sources);
  if (isThere) context.note(`Replaced the dataset in ${output}.`);
  warnOfTexts(context, built.summary.texts);
  return built;
}

async function buildFolder(
  context: Context,
  options: BuildOptions,
  sources: readonly string[],
): Promise<{ summary: BuildSummary; text: string }> {
  const read = await readEvaluations(sources, readingOptions(context, options));
  sayTables(context, read.tables);
  warnOfNames(context, read.unmatched);
  assertLabels(read, options);
  const dataset = { ...read, models: await withPrices(context, read.models, options) };
  warnOfColumns(context, 'models.csv', dataset.report.unknownModelColumns);
  const split = await chooseSplit(context, dataset, options);
  const output = options.check === true ? undefined : context.path(options.output);
  if (output !== undefined) {
    const task = context.progress.start('Writing');
    await writeEmbedLLM(output, dataset, {
      gzip: options.gzip,
      split,
      embeddings: dataset.embeddings,
      signal: context.signal,
      onProgress: task.onProgress,
    });
    task.end();
  }
  const quality = await inspect(context, dataset, split, options);
  return describeBuild({ dataset, output, split, quality, options });
}

async function inspect(
  context: Context,
  dataset: BuiltDataset,
  split: QuestionSplit | undefined,
  { quality }: BuildOptions,
): Promise<QualityReport | undefined> {
  if (quality !== true) return undefined;
  const task = context.progress.start('Inspecting');
  const report = await inspectQuality(dataset, {
    split,
    signal: context.signal,
    onProgress: task.onProgress,
  });
  task.end();
  return report;
}

async function buildStore(
  context: Context,
  options: BuildOptions,
  sources: readonly string[],
): Promise<{ summary: BuildSummary; text: string }> {
  const { importEvaluations, openEvaluationStore } = await import(
    '@embedllm/dataset-builder/store'
  );
  const output = context.path(options.output);
  const store = await openEvaluationStore(output);
  context.resumeHint = `Completed files are in ${output}; run the same command again to resume.`;
  try {
    const imported = await importEvaluations(store, sources, readingOptions(context, options));
    sayTables(context, imported.tables);
    warnOfNames(context, imported.unmatched);
    const dataset = {
      ...(await store.toDataset({ threshold: storeThreshold(options) })),
      ...{ ...imported, split: undefined, report: undefined },
    };
    assertLabels(dataset, options);
    const quality = await inspect(context, dataset, undefined, options);
    return describeBuild({ dataset, output, split: undefined, quality, options });
  } finally {
    store.close();
  }
}

async function chooseSplit(
  context: Context,
  dataset: BuiltDataset,
  options: BuildOptions,
): Promise<QuestionSplit | undefined> {
  const { groupDuplicates = false } = options;
  if (options.split === false) return undefined;
  if (options.split === undefined && dataset.split && !groupDuplicates) return dataset.split;
  const [train, validation, test, ...rest] = options.split ?? [0.8, 0.1, 0.1];
  if (train === undefined || validation === undefined || test === undefined || rest.length > 0) {
    throw new UsageError('--split needs three shares: train, validation and test.');
  }
  const categories = dataset.questions.map((question) => question.category);
  const task = context.progress.start('Looking for near-duplicates');
  const groups = groupDuplicates
    ? await groupNearDuplicates(dataset.questions, {
        signal: context.signal,
        onProgress: task.onProgress,
      })
    : undefined;
  task.end();
  const fractions = { train, validation, test };
  try {
    return splitQuestions(categories, { seed: options.seed, fractions, groups });
  } catch (cause) {
    if (!(cause instanceof EmbedLLMError) || cause.code !== 'invalid-data') throw cause;
    throw new EmbedLLMError(`${cause.message} Use --no-split to write no split.`, {
      code: cause.code,
      cause,
    });
  }
}
