import { extname } from 'node:path';
import { EmbedLLMError, type QuestionSplit, splitQuestions } from '@embedllm/core';
import {
  groupNearDuplicates,
  inspectQuality,
  type QualityReport,
  writeEmbedLLM,
} from '@embedllm/dataset-builder';
import { importIntoStore } from '../../inputs/import-into-store.js';
import { type ImportedDataset, importSources } from '../../inputs/import-sources.js';
import { openSources } from '../../inputs/open-sources.js';
import { warnOfColumns, withPrices } from '../../inputs/price-list.js';
import type { OpenSource } from '../../inputs/source.js';
import { storeThreshold } from '../../inputs/table-options.js';
import { warnOfTexts } from '../../inputs/warn-of-texts.js';
import { assertDatasetPlace } from '../../output/output-place.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { assertApartFromSources } from './apart-from-sources.js';
import { assertLabels } from './assert-labels.js';
import { type BuildSummary, describeBuild } from './describe-build.js';
import type { BuildOptions } from './options.js';

/** Imports sources, checks them, and writes them as a dataset folder or into a store. */
export async function buildDataset(
  context: Context,
  options: BuildOptions,
  paths: readonly string[],
): Promise<{ summary: BuildSummary; text: string }> {
  const output = context.path(options.output);
  if (options.prices !== undefined && extname(options.output) === '.duckdb') {
    throw new UsageError(
      '--prices goes into the tables of a folder, which a store does not have. Give it to train or route.',
    );
  }
  if (options.check !== true) {
    await assertApartFromSources(
      output,
      paths.map((path) => context.path(path)),
    );
    if (extname(options.output) !== '.duckdb') await assertDatasetPlace(output);
  }
  const { sources, close } = await openSources(context, paths, options);
  try {
    const isStore = extname(options.output) === '.duckdb';
    const built =
      isStore && options.check !== true
        ? await buildStore(context, options, sources)
        : await buildFolder(context, options, sources);
    warnOfTexts(context, built.summary.texts);
    return built;
  } finally {
    await close();
  }
}

async function buildFolder(
  context: Context,
  options: BuildOptions,
  sources: readonly OpenSource[],
): Promise<{ summary: BuildSummary; text: string }> {
  const imported = await importSources(context, sources, options);
  assertLabels(imported, sources);
  const dataset = { ...imported, models: await withPrices(context, imported.models, options) };
  warnOfColumns(context, 'models.csv', dataset.report?.unknownModelColumns ?? []);
  const split = await chooseSplit(context, dataset, options);
  const output = options.check === true ? undefined : context.path(options.output);
  if (output !== undefined) {
    const task = context.progress.start('Writing');
    await writeEmbedLLM(output, dataset, {
      gzip: options.gzip,
      split,
      embeddings: dataset.embeddings,
      signal: context.signal,
      onProgress: ({ rows, totalRows, file }) => task.update(rows, totalRows, file),
    });
    task.end();
  }
  const quality = await inspect(context, dataset, split, options);
  return describeBuild({ dataset, output, sources, split, quality });
}

async function inspect(
  context: Context,
  dataset: ImportedDataset,
  split: QuestionSplit | undefined,
  { quality }: BuildOptions,
): Promise<QualityReport | undefined> {
  if (quality !== true) return undefined;
  const task = context.progress.start('Inspecting');
  const report = await inspectQuality(dataset, {
    split,
    signal: context.signal,
    onProgress: ({ done, total, phase }) => task.update(done, total, phase),
  });
  task.end();
  return report;
}

async function buildStore(
  context: Context,
  options: BuildOptions,
  sources: readonly OpenSource[],
): Promise<{ summary: BuildSummary; text: string }> {
  const { openEvaluationStore } = await import('@embedllm/dataset-builder/store');
  const output = context.path(options.output);
  const store = await openEvaluationStore(output);
  context.resumeHint = `What was complete is in ${output}: the same command skips it and goes on.`;
  try {
    const { imports, remarks } = await importIntoStore(context, store, sources, options);
    const dataset = await store.toDataset({ threshold: storeThreshold(options) });
    const whole = { ...dataset, split: undefined, report: undefined, imports, remarks };
    assertLabels(whole, sources);
    const quality = await inspect(context, whole, undefined, options);
    return describeBuild({ dataset: whole, output, sources, split: undefined, quality });
  } finally {
    store.close();
  }
}

async function chooseSplit(
  context: Context,
  dataset: ImportedDataset,
  options: BuildOptions,
): Promise<QuestionSplit | undefined> {
  const { groupDuplicates = false } = options;
  if (options.split === false) return undefined;
  if (options.split === undefined && dataset.split && !groupDuplicates) return dataset.split;
  const [train, validation, test, ...rest] = options.split ?? [0.8, 0.1, 0.1];
  if (train === undefined || validation === undefined || test === undefined || rest.length > 0) {
    throw new UsageError('--split takes three shares: train, validation and test.');
  }
  const categories = dataset.questions.map((question) => question.category);
  const task = context.progress.start('Looking for near-duplicates');
  const groups = groupDuplicates
    ? await groupNearDuplicates(dataset.questions, {
        signal: context.signal,
        onProgress: ({ done, total, phase }) => task.update(done, total, phase),
      })
    : undefined;
  task.end();
  const fractions = { train, validation, test };
  try {
    return splitQuestions(categories, { seed: options.seed, fractions, groups });
  } catch (cause) {
    if (!(cause instanceof EmbedLLMError) || cause.code !== 'invalid-data') throw cause;
    throw new EmbedLLMError(`${cause.message} --no-split writes none.`, {
      code: cause.code,
      cause,
    });
  }
}
