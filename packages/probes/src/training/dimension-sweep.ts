import { checkInteger, checkIntegers } from '@embedllm/internals';
import { assertProbeData, modelsLabelledInAll, type TrainingProbeOptions } from './probe-data.js';
import { TrainingRunner, testFigures } from './run-training.js';
import { type FigureSummary, summarizeFigures } from './summarize-figures.js';

/** Options of `dimensionSweep`. */
export interface DimensionSweepOptions extends TrainingProbeOptions {
  /** Numbers of factors to train with, integers from 0; handed to `train` as they are. */
  readonly dimensions: readonly number[];
  /** Trainings for each number, with the seeds 0, 1, ...: an integer from 1. @default 1 */
  readonly repetitions?: number | undefined;
}

/** Result of `dimensionSweep`. */
export interface DimensionSweep {
  /** Models with training labels: the figures are of these alone. */
  readonly models: readonly string[];
  readonly points: readonly DimensionPoint[];
}

/** Test figures at one number of factors. */
export interface DimensionPoint extends FigureSummary {
  /** What was asked for. */
  readonly dimensions: number;
  /** Length of a model embedding that came out, counting dimensions that the trainer adds. */
  readonly embeddingDimensions: number;
}

/**
 * Test figures by number of factors: how many dimensions the data bears. A sweep shows the shape
 * of the curve; to choose a number, use validation questions, not these.
 *
 * @throws EmbedLLMError as `ablateBenchmarks` does; `invalid-argument` on dimensions or
 * repetitions out of range.
 *
 * @example
 * ```ts
 * const { points } = await dimensionSweep({ data, train, dimensions: [0, 1, 2, 4, 8, 16] });
 * ```
 */
export async function dimensionSweep(options: DimensionSweepOptions): Promise<DimensionSweep> {
  const { data, dimensions, repetitions = 1 } = options;
  assertProbeData(data);
  checkIntegers('dimensions', dimensions, { min: 0 });
  checkInteger('repetitions', repetitions, { min: 1 });
  const { train, validation } = data.split;
  const models = modelsLabelledInAll(data.correctness, [train]);
  const runner = new TrainingRunner(options, dimensions.length * repetitions);
  const seeds = Array.from({ length: repetitions }, (_, seed) => seed);
  const points = await Promise.all(
    dimensions.map(async (d): Promise<DimensionPoint> => {
      const runs = await Promise.all(
        seeds.map(async (seed) => {
          const model = await runner.run({ train, validation, models, dimensions: d, seed });
          return { length: model.dimensions, figures: testFigures(data, model, models).overall };
        }),
      );
      return {
        ...{ dimensions: d, embeddingDimensions: runs.at(-1)?.length ?? 0 },
        ...summarizeFigures(runs.map(({ figures }) => figures)),
      };
    }),
  );
  return { models: models.map((model) => data.correctness.models[model] as string), points };
}
