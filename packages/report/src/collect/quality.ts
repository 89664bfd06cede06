import type { QualityContent } from '../content/quality-content.js';
import { absent, present, type ReportSection } from '../content/section.js';
import type { CollectReportOptions } from './collect-options.js';

/** What was found when the records were looked through. */
export function collectQuality({
  quality,
  importReport,
}: CollectReportOptions): ReportSection<QualityContent> {
  if (!quality) {
    return absent('Requires the result of `inspectQuality` of @embedllm/dataset-builder.');
  }
  return present({ report: quality, duplicateRecords: importReport?.duplicates });
}
