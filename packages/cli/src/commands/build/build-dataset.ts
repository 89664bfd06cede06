import { extname } from 'node:path';
import { EmbedLLMError, type QuestionSplit, splitQuestions } from '@embedllm/core';
import {
  type CategoryTexts,
  groupNearDuplicates,
  inspectQuality,
  inspectTexts,
  type QualityReport,
  renderQualityReport,
  writeEmbedLLM,
} from '@embedllm/dataset-builder';
import { type ImportedSource, importIntoStore } from '../../inputs/import-into-store.js';
import { type ImportedDataset, importSources } from '../../inputs/import-sources.js';
import { openSources } from '../../inputs/open-sources.js';
import { warnOfColumns, withPrices } from '../../inputs/price-list.js';
import type { OpenSource, Source } from '../../inputs/source.js';
import { storeThreshold } from '../../inputs/table-options.js';
import { warnOfTexts } from '../../inputs/warn-of-texts.js';
import {
  type DatasetSummary,
  formatSummary,
  summarizeDataset,
} from '../../output/dataset-summary.js';
import { count, quantity } from '../../output/format-number.js';
import { formatTable } from '../../output/format-table.js';
import { assertDatasetPlace } from '../../output/output-place.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { assertApartFromSources } from './apart-from-sources.js';
import type { BuildOptions } from './options.js';

/** What a build did; plain JSON. */
export interface BuildSummary extends DatasetSummary {
  /** Left out where nothing was written. */
  readonly output: string | undefined;
  readonly sources: readonly Source[];
  /** What each file brought, of sources that were brought together. */
  readonly imports: readonly ImportedSource[];
  /** Records that repeated a label and were dropped. */
  readonly duplicates: number;
  /** Labels of older runs that newer runs contradict and replace, of logs that were read directly. */
  readonly overruled: number;
  /** Questions that runs of logs asked with their choices in another order, made one with these. */
  readonly reordered: number;
  /** Categories whose questions share a text or have none. */
  readonly texts: readonly CategoryTexts[];
  readonly split:
    | { readonly train: number; readonly validation: number; readonly test: number }
    | undefined;
  readonly remarks: readonly string[];
  /** Left out unless it was asked for. */
  readonly quality: QualityReport | undefined;
}

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
  return describe({ dataset, output, sources, split, quality });
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
    const quality = await inspect(context, whole, undefined, options);
    return describe({ dataset: whole, output, sources, split: undefined, quality });
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
    throw new EmbedLLMError(cause.code, `${cause.message} --no-split writes none.`, { cause });
  }
}

function describe(built: {
  readonly dataset: ImportedDataset;
  readonly output: string | undefined;
  readonly sources: readonly OpenSource[];
  readonly split: QuestionSplit | undefined;
  readonly quality: QualityReport | undefined;
}): { summary: BuildSummary; text: string } {
  const { dataset, output, sources, split, quality } = built;
  const { imports, report } = dataset;
  const remarks = remarksOf(dataset);
  const summary: BuildSummary = {
    output,
    ...summarizeDataset(dataset),
    sources: sources.map(({ path, format }) => ({ path, format })),
    imports,
    duplicates: report?.duplicates ?? imports.reduce((sum, { duplicates }) => sum + duplicates, 0),
    overruled: dataset.overruled ?? 0,
    reordered: dataset.reordered ?? imports.reduce((sum, { reordered = 0 }) => sum + reordered, 0),
    texts: inspectTexts(dataset.questions),
    split: split && {
      train: split.train.length,
      validation: split.validation.length,
      test: split.test.length,
    },
    remarks,
    quality,
  };
  const parts = [formatSummary(summary)];
  if (imports.length > 0) parts.push(formatImports(imports));
  if (summary.duplicates > 0) {
    parts.push(
      `${quantity(summary.duplicates, 'record')} repeated a label and ${summary.duplicates === 1 ? 'was' : 'were'} dropped.`,
    );
  }
  if (summary.overruled > 0) {
    parts.push(
      `${quantity(summary.overruled, 'label')} of older runs ${summary.overruled === 1 ? 'differs' : 'differ'} from the newest and ${summary.overruled === 1 ? 'gives' : 'give'} way to it.`,
    );
  }
  if (summary.reordered > 0) {
    const isOne = summary.reordered === 1;
    parts.push(
      `${quantity(summary.reordered, 'question')} ${isOne ? 'has its' : 'have their'} choices in another order in another run and ${isOne ? 'counts' : 'count'} as the same question.`,
    );
  }
  if (summary.split) {
    const { train, validation, test } = summary.split;
    const origin = split === dataset.split ? " (the source's own)" : '';
    parts.push(
      `Split: ${count(train)} train, ${count(validation)} validation, ${count(test)} test${origin}.`,
    );
  }
  if (quality) parts.push('', renderQualityReport(quality, { format: 'text' }).trimEnd(), '');
  parts.push(
    ...remarks,
    output === undefined ? 'Nothing was written (--check).' : `Dataset: ${output}`,
  );
  return { summary, text: parts.join('\n') };
}

function formatImports(imports: readonly ImportedSource[]): string {
  const rows = imports.map((entry) => [
    entry.name,
    entry.format,
    entry.skipped ? 'was in already' : count(entry.responses),
    count(entry.duplicates),
    count(entry.conflicts),
  ]);
  return formatTable(['source', 'format', 'new responses', 'repeated', 'conflicts'], rows);
}

function remarksOf({ report, remarks: ofLogs = [] }: ImportedDataset): string[] {
  const remarks: string[] = [...ofLogs];
  const notAsked = report?.notAsked ?? 0;
  if (notAsked > 0) {
    remarks.push(
      `${quantity(notAsked, 'record')} without a label (empty, NaN, null, None, NA): taken as not asked.`,
    );
  }
  const unanswered = report?.questionsWithoutResponse.length ?? 0;
  if (unanswered > 0) remarks.push(`${quantity(unanswered, 'question')} that no model answered.`);
  const silent = report?.modelsWithoutResponse ?? [];
  if (silent.length > 0) remarks.push(`Models without any response: ${silent.join(', ')}.`);
  return remarks;
}
