import { EmbedLLMError, type FactorizationModel } from '@embedllm/core';
import {
  assertProbeData,
  benchmarksOf,
  modelsLabelledInAll,
  type ProbeData,
  type TrainingProbeOptions,
} from './probe-data.js';
import { TrainingRunner, testFigures } from './run-training.js';

/** Options of `ablateBenchmarks`. */
export interface AblateBenchmarksOptions extends TrainingProbeOptions {
  /**
   * The benchmarks that the reference model is trained on. Each of them is removed in turn (unless
   * it is the only one), each other one added in turn.
   *
   * @default all
   */
  readonly base?: readonly string[] | undefined;
}

/** Result of `ablateBenchmarks`. */
export interface BenchmarkAblation {
  readonly base: readonly string[];
  /** Models with training labels under every change: the figures are of these alone. */
  readonly models: readonly string[];
  /** Test figures of the reference model. */
  readonly reference: readonly BenchmarkFigures[];
  readonly changes: readonly {
    readonly benchmark: string;
    readonly change: 'removed' | 'added';
    readonly effects: readonly AblationEffect[];
  }[];
}

/** Figures on the test questions of one benchmark. */
export interface BenchmarkFigures {
  readonly benchmark: string;
  readonly accuracy: number;
  /** `undefined` when the labels are all correct or all incorrect. */
  readonly auroc: number | undefined;
  readonly logLoss: number;
  readonly labels: number;
}

/** What a change does to one benchmark. */
export interface AblationEffect extends BenchmarkFigures {
  /** Accuracy after the change less accuracy of the reference. */
  readonly accuracyDifference: number;
  /** Standard error of it over test questions (ratio estimator, clustered by question). */
  readonly standardError: number;
  readonly aurocDifference: number | undefined;
  readonly logLossDifference: number;
}

/**
 * Trains without each benchmark, or with one more, and measures every benchmark's test questions:
 * which benchmarks inform which (the ablation of Zhuang et al., ICLR 2025, arXiv 2410.02223).
 * Validation questions come and go with their benchmark. Trains once for each benchmark and once
 * for the reference.
 *
 * @throws EmbedLLMError `shape-mismatch` or `invalid-argument` on data that does not fit,
 * `invalid-data` when fewer than two models have labels throughout; the signal's reason when
 * aborted.
 *
 * @example
 * ```ts
 * const { changes } = await ablateBenchmarks({ data, train });
 * ```
 */
export async function ablateBenchmarks(
  options: AblateBenchmarksOptions,
): Promise<BenchmarkAblation> {
  const { data } = options;
  assertProbeData(data);
  const all = benchmarksOf(data);
  const base = [...new Set(options.base ?? all)];
  const unknown = base.find((benchmark) => !all.includes(benchmark));
  if (unknown !== undefined || base.length === 0) {
    throw new EmbedLLMError(
      `\`base\` must name benchmarks among ${all.join(', ')}, but holds ${unknown ?? 'none'}.`,
      { code: 'invalid-argument' },
    );
  }
  const sets = all
    .filter((benchmark) => !(base.length === 1 && base[0] === benchmark))
    .map((benchmark) => ({
      benchmark,
      change: base.includes(benchmark) ? ('removed' as const) : ('added' as const),
      benchmarks: base.includes(benchmark)
        ? base.filter((other) => other !== benchmark)
        : [...base, benchmark],
    }));
  const of = (indices: readonly number[], benchmarks: readonly string[]): number[] =>
    indices.filter((question) => benchmarks.includes(data.categories[question] as string));
  const models = modelsLabelledInAll(
    data.correctness,
    [base, ...sets.map(({ benchmarks }) => benchmarks)].map((names) => of(data.split.train, names)),
  );
  const runner = new TrainingRunner(options, 1 + sets.length);
  const trainOn = (benchmarks: readonly string[]): Promise<FactorizationModel> =>
    runner.run({
      train: of(data.split.train, benchmarks),
      validation: of(data.split.validation, benchmarks),
      models,
    });

  const measure = async (benchmarks: readonly string[]) => {
    const model = await trainOn(benchmarks);
    return {
      figures: benchmarkFigures(data, model, models),
      hits: hitsByQuestion(data, model, models),
    };
  };
  const [reference, ...trained] = await Promise.all(
    [base, ...sets.map(({ benchmarks }) => benchmarks)].map(measure),
  );
  if (!reference) throw new RangeError('The reference was not trained.');
  const changes = sets.map(({ benchmark, change }, index) => {
    const { figures, hits } = trained[index] as typeof reference;
    return {
      ...{ benchmark, change },
      effects: figures.map((row, at) => {
        const before = reference.figures[at] as BenchmarkFigures;
        return {
          ...row,
          ...pairedDifference(data, row.benchmark, hits, reference.hits),
          aurocDifference:
            row.auroc === undefined || before.auroc === undefined
              ? undefined
              : row.auroc - before.auroc,
          logLossDifference: row.logLoss - before.logLoss,
        };
      }),
    };
  });
  const { correctness } = data;
  return {
    base,
    models: models.map((model) => correctness.models[model] as string),
    reference: reference.figures,
    changes,
  };
}

function benchmarkFigures(
  data: ProbeData,
  model: FactorizationModel,
  models: readonly number[],
): BenchmarkFigures[] {
  return [...testFigures(data, model, models).benchmarks].map(([benchmark, figures]) => ({
    benchmark,
    accuracy: figures.accuracy,
    auroc: figures.auroc,
    logLoss: figures.logLoss,
    labels: figures.labels,
  }));
}

interface Hits {
  /** Labels predicted right at the threshold 0.5, for each test question. */
  readonly right: Float64Array;
  readonly labels: Float64Array;
}

function hitsByQuestion(
  { embeddings, correctness, split }: ProbeData,
  model: FactorizationModel,
  models: readonly number[],
): Hits {
  const probabilities = model.predictProbabilities(embeddings.selectRows(split.test));
  const right = new Float64Array(split.test.length);
  const labels = new Float64Array(split.test.length);
  split.test.forEach((question, row) => {
    models.forEach((m, column) => {
      const label = correctness.get(question, m);
      if (label === undefined) return;
      labels[row] = labels[row]! + 1;
      const predicted = probabilities.at(row, column) >= 0.5 ? 1 : 0;
      if (predicted === label) right[row] = right[row]! + 1;
    });
  });
  return { right, labels };
}

function pairedDifference(
  { split, categories }: ProbeData,
  benchmark: string,
  after: Hits,
  before: Hits,
): { accuracyDifference: number; standardError: number } {
  const rows = [...split.test.keys()].filter(
    (row) => categories[split.test[row]!] === benchmark && after.labels[row]! > 0,
  );
  const change = rows.map((row) => after.right[row]! - before.right[row]!);
  const labels = rows.map((row) => after.labels[row]!);
  const total = labels.reduce((sum, count) => sum + count, 0);
  const difference = change.reduce((sum, value) => sum + value, 0) / total;
  const squares = change.reduce((sum, value, i) => sum + (value - difference * labels[i]!) ** 2, 0);
  const n = rows.length;
  return {
    accuracyDifference: difference,
    standardError: n > 1 ? Math.sqrt((squares * n) / (n - 1)) / total : 0,
  };
}
