import type { QuestionSplit } from '@embedllm/core';
import {
  type CategoryTexts,
  inspectTexts,
  type QualityReport,
  renderQualityReport,
} from '@embedllm/dataset-builder';
import { count, formatTable, quantity } from '@embedllm/internals';
import type { ImportedSource } from '../../inputs/import-into-store.js';
import type { ImportedDataset } from '../../inputs/import-sources.js';
import type { OpenSource, Source } from '../../inputs/source.js';
import {
  type DatasetSummary,
  formatSummary,
  summarizeDataset,
} from '../../output/dataset-summary.js';

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

/** What a build did, for programs and for people. */
export function describeBuild(built: {
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

/** What was left out of a dataset or noticed in it. */
export function remarksOf({
  report,
  remarks: ofLogs = [],
}: Pick<ImportedDataset, 'report' | 'remarks'>): string[] {
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
