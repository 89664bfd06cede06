import { inspectQuality } from '@embedllm/dataset-builder';
import type { QualityContent } from '../content/quality-content.js';
import type { CollectReportOptions } from './collect-options.js';

/** Looks through the records, texts compared with each other and between parts of the split. */
export async function collectQuality(
  { dataset, split, importReport, signal }: CollectReportOptions,
  onProgress: (done: number, total: number) => void,
): Promise<QualityContent> {
  const report = await inspectQuality(dataset, {
    split,
    signal,
    onProgress: ({ done, total }) => onProgress(done, total),
  });
  return { report, duplicateRecords: importReport?.duplicates };
}
