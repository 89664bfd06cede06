export { type MarkedAnswer, type ReadAnswersOptions, readAnswers } from './answers/read-answers.js';
export type { ArchiveFormat } from './archive/archive-format.js';
export type { ReadEmbedLLMOptions } from './embedllm/import-dataset.js';
export type { CategoryReport, FileReport, ImportReport } from './embedllm/import-report.js';
export { type ImportedEvaluationDataset, readEmbedLLM } from './embedllm/read-embedllm.js';
export {
  type WriteEmbedLLMOptions,
  writeEmbedLLM,
} from './embedllm/write-embedllm.js';
export {
  assertOptionsUsed,
  type EvaluationFormat,
  type ReadEvaluationsOptions,
} from './evaluations/evaluation-options.js';
export type {
  EvaluationsReport,
  ImportedSource,
  SourceOfRecords,
} from './evaluations/evaluations-report.js';
export { type Evaluations, readEvaluations } from './evaluations/read-evaluations.js';
export {
  type EvaluationFolder,
  type ReadEvaluationFolderOptions,
  readEvaluationFolder,
} from './folder/read-evaluation-folder.js';
export type { ReadHarnessLogsOptions } from './harness/harness-logs-options.js';
export type { HarnessDataset, HarnessReport, HarnessRunReport } from './harness/harness-report.js';
export type { HarnessRun, UnnamedRun } from './harness/harness-runs.js';
export type { HarnessSample, HarnessSampleOptions } from './harness/harness-sample.js';
export { readHarnessLogs } from './harness/read-harness-logs.js';
export {
  type ReadHarnessSamplesOptions,
  readHarnessSamples,
} from './harness/read-harness-samples.js';
export type { ReadInspectLogsOptions } from './inspect/inspect-logs-options.js';
export type { InspectDataset, InspectReport, InspectRunReport } from './inspect/inspect-report.js';
export type { InspectRun } from './inspect/inspect-run.js';
export type { InspectScoreOptions } from './inspect/inspect-score.js';
export type { InspectCounts } from './inspect/read-inspect-log.js';
export { readInspectLogs } from './inspect/read-inspect-logs.js';
export type { EpochReducer } from './inspect/reduce-epochs.js';
export type { JsonObject } from './jsonl/parse-object.js';
export { joinModelInfos, type ModelInfos, readModelInfos } from './models/read-model-infos.js';
export {
  findNearDuplicates,
  type NearDuplicateOptions,
} from './near-duplicates/find-near-duplicates.js';
export {
  findSimilarEmbeddings,
  type SimilarEmbeddingsOptions,
} from './near-duplicates/find-similar-embeddings.js';
export {
  type GroupNearDuplicatesOptions,
  groupNearDuplicates,
} from './near-duplicates/group-near-duplicates.js';
export type { NearDuplicatePair, NearDuplicates } from './near-duplicates/near-duplicates.js';
export { normalizeText } from './near-duplicates/normalize-text.js';
export type { ShingleOptions } from './near-duplicates/shingles.js';
export type { WorkOptions } from './near-duplicates/work-pace.js';
export { type CategoryTexts, inspectTexts } from './quality/category-texts.js';
export { type InspectQualityOptions, inspectQuality } from './quality/inspect-quality.js';
export type {
  CategoryQuality,
  CoverageGap,
  DuplicateGroup,
  DuplicateQuality,
  LabelConflict,
  LeakageCount,
  LeakageQuality,
  LeakedQuestion,
  Listed,
  ModelQuality,
  NearDuplicateQuality,
  QualityFinding,
  QualityReport,
  QuestionReference,
  SimilarQuestions,
} from './quality/quality-report.js';
export { type RenderQualityOptions, renderQualityReport } from './quality/render-quality-report.js';
export type { LogsDataset } from './runs/collected-runs.js';
export type { LogSelection, SkippedLog } from './runs/log-selection.js';
export type { FoundLogs, LogSource } from './runs/log-source.js';
export type { LogsReport } from './runs/logs-report.js';
export type { ModelNames } from './runs/model-names.js';
export type { NameChoice } from './runs/name-choice.js';
export type { RunDisagreement } from './runs/older-answers.js';
export type { IncompleteLogs, ReadRunsOptions, RunsRule } from './runs/read-runs-options.js';
export type { RepeatPolicy } from './runs/repeated-answers.js';
export type { RunCounts } from './runs/run-sample.js';
export type { RunVariants } from './runs/separate-variants.js';
export type { UnmatchedName } from './runs/unmatched-names.js';
export {
  type DetectEvaluationSourcesOptions,
  detectEvaluationSources,
  type EvaluationArchiveSource,
  type EvaluationFolderSource,
  type EvaluationLogsSource,
  type EvaluationSource,
  type EvaluationTableSource,
} from './sources/detect-evaluation-sources.js';
export { type EvaluationUnit, evaluationUnits } from './sources/evaluation-units.js';
export { type ReadQuestionSplitOptions, readQuestionSplit } from './splits/read-question-split.js';
export type { CollectTablesOptions, TableReport } from './tables/collect-tables.js';
export { type ReadTablesOptions, readTables, type TableDataset } from './tables/read-tables.js';
export type { ScoreScale } from './tables/score-text.js';
export type {
  TableColumns,
  TableReading,
} from './tables/table-options.js';
