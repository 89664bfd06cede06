import { ablateBenchmarks, dimensionSweep } from '@embedllm/probes';
import type { Experiment } from './experiment.js';
import { markdownTable } from './markdown-table.js';

/**
 * Section 6.2: what each benchmark's training questions do for the test questions of the others.
 * The paper measures errors of benchmark forecasts; this measures correctness forecasting.
 */
export async function benchmarkAblation({ data, trainAlike }: Experiment): Promise<string> {
  const { changes } = await ablateBenchmarks({ data, train: trainAlike });
  const tested = changes.map(({ benchmark }) => benchmark);
  return markdownTable(
    ['trained without', ...tested],
    changes.map(({ benchmark, effects }) => [
      benchmark,
      ...tested.map((name) => {
        const effect = effects.find((candidate) => candidate.benchmark === name);
        return (
          effect &&
          `${(100 * effect.accuracyDifference).toFixed(1)} ± ${(100 * effect.standardError).toFixed(1)}`
        );
      }),
    ]),
  );
}

/** Test figures by the length of a model embedding. */
export async function embeddingDimensions({ data, trainAlike }: Experiment): Promise<string> {
  const dimensions = [0, 1, 2, 4, 8, 16, 32].filter((d) => d < data.correctness.modelCount);
  const { points } = await dimensionSweep({ data, train: trainAlike, dimensions });
  return markdownTable(
    ['factors', 'accuracy', 'AUROC', 'log loss', 'routing accuracy'],
    points.map((point) => [
      String(point.dimensions),
      point.accuracy,
      point.auroc,
      point.logLoss,
      point.routingAccuracy,
    ]),
  );
}
