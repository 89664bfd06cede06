import type { ProvenanceContent } from '../content/provenance-content.js';
import type { CollectReportOptions } from './collect-options.js';
import { fingerprintDataset } from './fingerprint-dataset.js';
import { packageVersions } from './versions.js';

/** Where the figures come from. */
export async function collectProvenance(options: CollectReportOptions): Promise<ProvenanceContent> {
  const { dataset, artifact, split, importReport, date = new Date() } = options;
  return {
    data: {
      name: options.dataName ?? 'unnamed data',
      fingerprint: fingerprintDataset(dataset),
      questions: dataset.questions.length,
      models: dataset.models.length,
      labels: dataset.correctness.countObserved(),
      files: importReport?.files.map(({ file, rows }) => ({ file, rows })) ?? [],
    },
    split: split && {
      name: options.splitName ?? 'as given',
      train: split.train.length,
      validation: split.validation.length,
      test: split.test.length,
    },
    seed: options.seed ?? 0,
    artifact: artifact && {
      solver: artifact.training.solver,
      settings: artifact.training.settings,
      dataFingerprint: artifact.training.dataFingerprint,
      ...artifact.training.counts,
      dimensions: artifact.model.dimensions,
      encoder: artifact.encoder.id,
      encoderFingerprint: artifact.encoder.fingerprint,
      encoderDimensions: artifact.encoder.dimensions,
      metrics: artifact.metrics,
    },
    versions: await packageVersions(),
    generatedAt: date.toISOString(),
  };
}
