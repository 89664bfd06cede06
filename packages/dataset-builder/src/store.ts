export { importEvaluations } from './evaluations/import-evaluations.js';
export { EvaluationStore, openEvaluationStore } from './store/evaluation-store.js';
export type { ExportParquetOptions } from './store/export-parquet.js';
export type {
  ImportEmbedLLMOptions,
  ImportLogsOptions,
  ImportTableOptions,
  ImportTablesOptions,
  NamedImportOptions,
  ReadingImportOptions,
  StoreImportOptions,
  StoreLogsImport,
} from './store/import-options.js';
export type { ImportParquetOptions } from './store/import-parquet.js';
export type { StoreImport } from './store/import-source.js';
export type { ConflictPolicy } from './store/merge-staged.js';
export type { QuestionParts } from './store/question-parts.js';
export type { ToDatasetOptions } from './store/read-dataset.js';
export type { MergeCounts } from './store/staging.js';
export type { SqlRow, StoreLimits } from './store/store-session.js';
export type { LongTable, TableFormat, TableMapping, WideTable } from './store/table-mapping.js';
