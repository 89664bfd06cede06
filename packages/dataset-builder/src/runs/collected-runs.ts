import type { EvaluationDataset } from '@embedllm/core';
import { describeImport, type ImportReport } from '../embedllm/import-report.js';
import type { LogsReport } from './logs-report.js';
import type { RunLabels } from './run-labels.js';
import type { RunCounts } from './run-sample.js';

/** Labels, or graded scores, of several runs, and what became of each. */
export interface CollectedRuns<Run> {
  readonly labels: RunLabels;
  readonly logs: LogsReport<Run>;
}

/** A dataset with what the import of its logs found. */
export interface LogsDataset<Run> extends EvaluationDataset {
  readonly report: ImportReport & LogsReport<Run>;
}

/** The dataset of runs whose labels are not graded. */
export function datasetOfRuns<
  Run extends Readonly<RunCounts> & { readonly file: string; readonly samples: number },
>({ labels, logs }: CollectedRuns<Run>): LogsDataset<Run> {
  const dataset = {
    questions: labels.questions,
    models: labels.describeModels(),
    correctness: labels.build(),
  };
  const imported = describeImport(dataset, {
    files: logs.runs.map(({ file, samples }) => ({ file, rows: samples })),
    modelIds: labels.models,
    duplicates: logs.runs.reduce((sum, { repeated }) => sum + repeated, 0),
  });
  return { ...dataset, report: { ...imported, ...logs } };
}
