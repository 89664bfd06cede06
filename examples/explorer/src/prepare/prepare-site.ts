import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExplorerData } from '../explorer-data.js';
import { exampleQuestions } from './example-questions.js';
import { forecastTest } from './forecast-test.js';
import type { Evaluation } from './load-evaluation.js';
import { operatingPoints } from './operating-points.js';
import { trainArtifact } from './train-artifact.js';

/** What `prepareSite` takes. */
export interface PrepareOptions {
  readonly evaluation: Evaluation;
  /** Gets `artifact/` and `explorer.json`. */
  readonly folder: string;
  readonly seed: number;
  /** Most terms of the encoder. */
  readonly terms: number;
  /** Called with what is done next, in words. */
  readonly onStep?: ((step: string) => void) | undefined;
}

/** Writes all that the page reads: the artifact, and `explorer.json` next to it. */
export async function prepareSite(options: PrepareOptions): Promise<ExplorerData> {
  const { evaluation, folder, seed, terms, onStep } = options;
  const { dataset, split } = evaluation;
  onStep?.('fitting the encoder and training');
  const trained = await trainArtifact(evaluation, {
    folder: join(folder, 'artifact'),
    seed,
    terms,
  });
  onStep?.('measuring policies on the test questions');
  const costQuality = operatingPoints(evaluation, trained);
  onStep?.('forecasting benchmarks');
  const forecasts = await forecastTest(evaluation, trained.embeddings, seed);
  const data: ExplorerData = {
    formatVersion: 1,
    models: dataset.correctness.models,
    provenance: {
      data: evaluation.name,
      split: evaluation.splitName,
      questions: {
        train: split.train.length,
        validation: split.validation.length,
        test: split.test.length,
      },
      dataFingerprint: trained.artifact.training.dataFingerprint,
      labels: dataset.correctness.countObserved(),
      seed,
    },
    costQuality,
    forecasts,
    examples: exampleQuestions(evaluation),
  };
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'explorer.json');
  // A page that is being served never sees half a file.
  await writeFile(`${file}.tmp`, JSON.stringify(data, rounded));
  await rename(`${file}.tmp`, file);
  return data;
}

/** Six digits are more than the page shows, and half the bytes. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(6))
    : value;
}
