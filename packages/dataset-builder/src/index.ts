export type { ArchiveFormat } from './archive/archive-format.js';
export type { ArchiveLimits } from './archive/archive-limits.js';
export {
  type ExtractArchiveOptions,
  type ExtractedArchive,
  type ExtractProgress,
  extractArchive,
} from './archive/extract-archive.js';
export {
  type OpenZipOptions,
  openZip,
  type ZipArchive,
  type ZipReadOptions,
  type ZipStreamOptions,
} from './archive/open-zip.js';
export type { ZipEntry } from './archive/zip-entry.js';
export type { ReadEmbedLLMOptions } from './embedllm/import-dataset.js';
export type { CategoryReport, FileReport, ImportReport } from './embedllm/import-report.js';
export { type ImportedEvaluationDataset, readEmbedLLM } from './embedllm/read-embedllm.js';
export {
  type WriteEmbedLLMOptions,
  type WriteProgress,
  writeEmbedLLM,
} from './embedllm/write-embedllm.js';
export {
  type EvaluationFolder,
  type ReadEvaluationFolderOptions,
  readEvaluationFolder,
} from './folder/read-evaluation-folder.js';
export type { HarnessDisagreement } from './harness/harness-labels.js';
export type { HarnessRun, UnnamedRun } from './harness/harness-runs.js';
export type { HarnessSample, HarnessSampleOptions, NameChoice } from './harness/harness-sample.js';
export {
  type HarnessDataset,
  type HarnessReport,
  type HarnessRunReport,
  type ReadHarnessLogsOptions,
  readHarnessLogs,
} from './harness/read-harness-logs.js';
export {
  type ReadHarnessSamplesOptions,
  readHarnessSamples,
} from './harness/read-harness-samples.js';
export type { JsonObject } from './jsonl/parse-object.js';
export type { ReadProgress } from './progress.js';
export { type ReadQuestionSplitOptions, readQuestionSplit } from './splits/read-question-split.js';
