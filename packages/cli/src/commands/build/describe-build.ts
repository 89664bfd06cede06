import type { EvaluationDataset, QuestionSplit } from '@embedllm/core';
import {
  type CategoryTexts,
  type EvaluationsReport,
  type ImportedSource,
  type ImportReport,
  inspectTexts,
  type QualityReport,
  renderQualityReport,
} from '@embedllm/dataset-builder';
import { count, formatTable, quantity } from '@embedllm/internals';
import { logRemarks } from '../../inputs/reading-remarks.js';
import { alikeNames } from '../../output/alike-names.js';
import {
  type DatasetSummary,
  formatSummary,
  summarizeDataset,
} from '../../output/dataset-summary.js';
import type { BuildOptions } from './options.js';

/** A dataset, and how it was read. */
export interface BuiltDataset extends EvaluationDataset, EvaluationsReport {
  readonly split: QuestionSplit | undefined;
  /** Left out where a store had data before. */
  readonly report: ImportReport | undefined;
}

/** What a build did; plain JSON. */
export interface BuildSummary extends DatasetSummary {
  /** Left out where nothing was written. */
  readonly output: string | undefined;
  readonly sources: EvaluationsReport['sources'];
  /** What each file brought, of sources that were brought together. */
  readonly imports: readonly ImportedSource[];
  /** Records that repeated a label and were dropped. */
  readonly duplicates: number;
  /** Labels of older runs in logs that newer runs contradict and replace. */
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

/** What a build did, as data and as text. */
export function describeBuild(built: {
  readonly dataset: BuiltDataset;
  readonly output: string | undefined;
  readonly split: QuestionSplit | undefined;
  readonly quality: QualityReport | undefined;
  readonly options: BuildOptions;
}): { summary: BuildSummary; text: string } {
  const { dataset, output, split, quality, options } = built;
  const { imports, report, sources, logs } = dataset;
  const remarks = [...remarksOn(dataset, options), ...alikeNames(dataset)];
  const runs = logs.flatMap((each) => each.runs);
  const summary: BuildSummary = {
    output,
    ...summarizeDataset(dataset),
    sources,
    imports,
    duplicates: report?.duplicates ?? imports.reduce((sum, { duplicates }) => sum + duplicates, 0),
    overruled: runs.reduce((sum, { disagreements }) => sum + disagreements, 0),
    reordered: [...logs, ...imports].reduce((sum, { reordered }) => sum + reordered, 0),
    texts: report?.texts ?? inspectTexts(dataset.questions),
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
      `${quantity(summary.overruled, 'label')} from older runs ${summary.overruled === 1 ? 'was' : 'were'} overridden by the newest run.`,
    );
  }
  if (summary.reordered > 0) {
    const isOne = summary.reordered === 1;
    parts.push(
      `${quantity(summary.reordered, 'question')} ${isOne ? 'has its' : 'have their'} choices in a different order in another run and ${isOne ? 'counts' : 'count'} as the same question.`,
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
export function remarksOn(
  { report, logs, imports }: Pick<BuiltDataset, 'report' | 'logs' | 'imports'>,
  options: BuildOptions,
): string[] {
  const remarks = logRemarks(logs, options);
  const notAsked = report?.notAsked ?? imports.reduce((sum, entry) => sum + entry.notAsked, 0);
  if (notAsked > 0) {
    remarks.push(
      `${quantity(notAsked, 'record')} without a label (empty, NaN, null, None, NA) counted as not asked.`,
    );
  }
  const otherTexts = imports.reduce((sum, entry) => sum + entry.otherTexts, 0);
  if (otherTexts > 0) {
    remarks.push(
      `${quantity(otherTexts, 'question')} ${otherTexts === 1 ? 'has' : 'have'} a different text in a later source; the first was kept.`,
    );
  }
  const unanswered = report?.questionsWithoutResponse.length ?? 0;
  if (unanswered > 0) remarks.push(`${quantity(unanswered, 'question')} that no model answered.`);
  const silent = report?.modelsWithoutResponse ?? [];
  if (silent.length > 0) remarks.push(`Models without any response: ${silent.join(', ')}.`);
  return remarks;
}
