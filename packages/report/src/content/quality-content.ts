import type { QualityReport } from '@embedllm/dataset-builder';

/** What the evaluation records hold, and what would spoil figures. */
export interface QualityContent {
  /** What `inspectQuality` of @embedllm/dataset-builder found. */
  readonly report: QualityReport;
  /** Records that repeated a label and were dropped by the import, where that is known. */
  readonly duplicateRecords?: number | undefined;
}
