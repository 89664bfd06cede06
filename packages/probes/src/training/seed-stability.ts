import { EmbedLLMError, type FactorizationModel, Random } from '@embedllm/core';
import { pearson } from '@embedllm/internals';
import { procrustes } from '../alignment/procrustes.js';
import { modelDistances } from '../distances/model-distances.js';
import { nearestModels } from '../distances/nearest-models.js';
import { modelVectors, type VectorPart } from '../vectors/model-vectors.js';
import {
  assertProbeData,
  modelsLabelledInAll,
  type ProbeData,
  type TrainingProbeOptions,
} from './probe-data.js';
import { TrainingRunner } from './run-training.js';

/** Options of `seedStability`. */
export interface SeedStabilityOptions extends TrainingProbeOptions {
  /** Seeds of the runs, at least two: unsigned 32-bit integers. @default [0, 1, 2] */
  readonly seeds?: readonly number[] | undefined;
  /**
   * Share of the training questions that each run sees, drawn with its seed, above 0 to 1. At 1
   * only the trainer's own randomness differs: for the direct solver, which has none, nothing.
   *
   * @default 0.5
   */
  readonly share?: number | undefined;
  /** What to compare of the embeddings. @default 'all' */
  readonly part?: VectorPart | undefined;
  /** May one run's embeddings be scaled to fit another's? @default true */
  readonly scaling?: boolean | undefined;
  /** Neighbours to compare: an integer from 1. @default 5 */
  readonly k?: number | undefined;
}

/** Result of `seedStability`: means over all pairs of runs, and the pairs. */
export interface SeedStability extends RunAgreement {
  readonly models: readonly string[];
  readonly pairs: readonly (RunAgreement & { readonly seeds: readonly [number, number] })[];
}

/** How alike two runs are. */
export interface RunAgreement {
  /**
   * Share of the squared spread of one run's embeddings that the other's, shifted, rotated and
   * scaled, does not reproduce (see `procrustes`): 0 the same up to the basis, 1 unrelated.
   */
  readonly disparity: number;
  /** Correlation of the Euclidean distances between models (Mantel, 1967). */
  readonly distanceCorrelation: number | undefined;
  /** Mean share of a model's k nearest models that both runs give. */
  readonly neighbourOverlap: number;
  /** Correlation of the logits of the test questions. */
  readonly logitCorrelation: number | undefined;
}

/**
 * Does training again give the same embeddings? Trains once for each seed, each on its own random
 * share of the questions, and compares every pair of runs after the best rotation.
 *
 * @throws EmbedLLMError as `ablateBenchmarks` does; `invalid-argument` on options out of range.
 *
 * @example
 * ```ts
 * const { disparity } = await seedStability({ data, train, part: 'factors', seeds: [0, 1, 2] });
 * ```
 */
export async function seedStability(options: SeedStabilityOptions): Promise<SeedStability> {
  const { data, seeds = [0, 1, 2], share = 0.5 } = options;
  assertProbeData(data);
  if (seeds.length < 2 || !(share > 0 && share <= 1)) {
    throw new EmbedLLMError(
      `Stability needs at least two seeds and a share above 0 and at most 1, but has ${seeds.length} seeds and the share ${share}.`,
      { code: 'invalid-argument' },
    );
  }
  const samples = seeds.map((seed) => {
    const random = new Random(seed);
    return random
      .shuffle([...data.split.train])
      .slice(0, Math.max(1, Math.round(share * data.split.train.length)));
  });
  const models = modelsLabelledInAll(data.correctness, samples);
  const runner = new TrainingRunner(options, seeds.length);
  const { validation } = data.split;
  const runs = await Promise.all(
    samples.map((train, index) => runner.run({ train, validation, models, seed: seeds[index]! })),
  );
  const pairs: (RunAgreement & { seeds: [number, number] })[] = [];
  for (let a = 0; a < runs.length; a++) {
    for (let b = a + 1; b < runs.length; b++) {
      const agreement = compareRuns(runs[a]!, runs[b]!, options, data);
      pairs.push({ seeds: [seeds[a]!, seeds[b]!], ...agreement });
    }
  }
  const mean = (read: (pair: RunAgreement) => number | undefined): number | undefined => {
    const known = pairs.map(read).filter((value) => value !== undefined);
    return known.length > 0
      ? known.reduce((sum, value) => sum + value, 0) / known.length
      : undefined;
  };
  return {
    models: models.map((model) => data.correctness.models[model] as string),
    disparity: mean(({ disparity }) => disparity) as number,
    distanceCorrelation: mean(({ distanceCorrelation }) => distanceCorrelation),
    neighbourOverlap: mean(({ neighbourOverlap }) => neighbourOverlap) as number,
    logitCorrelation: mean(({ logitCorrelation }) => logitCorrelation),
    pairs,
  };
}

function compareRuns(
  a: FactorizationModel,
  b: FactorizationModel,
  { part = 'all', scaling = true, k = 5 }: SeedStabilityOptions,
  { embeddings, split }: ProbeData,
): RunAgreement {
  const [left, right] = [a, b].map((model) => modelVectors({ model, part }).vectors) as [
    FactorizationModel['modelDirections'],
    FactorizationModel['modelDirections'],
  ];
  const upper = (model: FactorizationModel): Float64Array => {
    const { distances } = modelDistances({ model, part, metric: 'euclidean' });
    const values: number[] = [];
    for (let i = 0; i < distances.rows; i++) {
      for (let j = 0; j < i; j++) values.push(distances.at(i, j));
    }
    return Float64Array.from(values);
  };
  const neighbours = (model: FactorizationModel, name: string): Set<string> =>
    new Set(
      nearestModels({ model, part, name, count: k, metric: 'euclidean' }).map(
        (neighbour) => neighbour.name,
      ),
    );
  let overlap = 0;
  for (const name of a.models) {
    const other = neighbours(b, name);
    const own = neighbours(a, name);
    overlap += [...own].filter((neighbour) => other.has(neighbour)).length / own.size;
  }
  const test = embeddings.selectRows(split.test);
  return {
    disparity: procrustes({ target: left, moved: right, scaling }).disparity,
    distanceCorrelation: pearson(upper(a), upper(b)),
    neighbourOverlap: overlap / a.models.length,
    logitCorrelation: pearson(
      Float64Array.from(a.score(test).data),
      Float64Array.from(b.score(test).data),
    ),
  };
}
