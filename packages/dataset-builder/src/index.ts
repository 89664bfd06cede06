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
export type { ReadProgress } from './progress.js';
export { type ReadQuestionSplitOptions, readQuestionSplit } from './splits/read-question-split.js';
