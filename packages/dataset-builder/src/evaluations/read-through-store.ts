import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationDataset } from '@embedllm/core';
import { describeImport, type ImportReport } from '../embedllm/import-report.js';
import { openEvaluationStore } from '../store/evaluation-store.js';
import { unitThreshold } from '../tables/read-tables.js';
import type { EvaluationsReport } from './evaluations-report.js';
import type { FoundSource, ReadingOptions } from './find-sources.js';
import { importSources } from './import-evaluations.js';

/** Brings sources together in a store in a temporary folder. */
export async function readThroughStore(
  sources: readonly FoundSource[],
  options: ReadingOptions,
): Promise<EvaluationDataset & EvaluationsReport & { readonly report: ImportReport }> {
  const { threshold, scale } = options;
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-build-'));
  try {
    const store = await openEvaluationStore(join(folder, 'store.duckdb'));
    try {
      const imported = await importSources(store, sources, options);
      const { imports } = imported;
      const dataset = await store.toDataset({ threshold: unitThreshold({ threshold, scale }) });
      const report = describeImport(dataset, {
        files: imports.map(({ name, rows }) => ({ file: name, rows })),
        modelIds: dataset.models.map(({ name }) => name),
        duplicates: imports.reduce((sum, { duplicates }) => sum + duplicates, 0),
        notAsked: imports.reduce((sum, { notAsked }) => sum + notAsked, 0),
      });
      return { ...dataset, ...imported, report };
    } finally {
      store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
