/**
 * What forecasts are compared with. Each gives the accuracy on every benchmark of a population, from
 * answers of the new model and the answers of the pool.
 */
import { MISSING, Random } from '@embedllm/core';

/** One forecasting task. */
export interface Task {
  /** Row-major [Q, M] answers of the pool. */
  readonly labels: Uint8Array;
  readonly models: number;
  readonly benchmarkOf: Int32Array;
  readonly benchmarks: number;
  readonly population: readonly number[];
  readonly observed: ReadonlyMap<number, number>;
}

/** Share of right answers in the sample of the benchmark; of all samples where there is none. */
export function sampleMeans({ benchmarkOf, benchmarks, observed }: Task): number[] {
  const correct = new Array<number>(benchmarks).fill(0);
  const counts = new Array<number>(benchmarks).fill(0);
  for (const [q, label] of observed) {
    const b = benchmarkOf[q]!;
    correct[b]! += label;
    counts[b]!++;
  }
  const all = correct.reduce((s, x) => s + x, 0) / observed.size;
  return correct.map((sum, b) => (counts[b]! > 0 ? sum / counts[b]! : all));
}

/** k models of the pool that agree most on the observed answers vote on the others. */
export function nearestModels(task: Task, k: number): number[] {
  const { labels, models, observed } = task;
  const agreement = Array.from({ length: models }, (_, m) => {
    // One answer's worth of doubt keeps models with few common questions from winning.
    let agreed = 0.5;
    let common = 1;
    for (const [q, label] of observed) {
      const other = labels[q * models + m]!;
      if (other === MISSING) continue;
      common++;
      if (other === label) agreed++;
    }
    return { m, share: agreed / common };
  });
  const nearest = agreement.sort((a, b) => b.share - a.share).slice(0, k);
  return finite(task, (q) => {
    let sum = 0;
    let count = 0;
    for (const { m } of nearest) {
      const label = labels[q * models + m]!;
      if (label === MISSING) continue;
      sum += label;
      count++;
    }
    return count > 0 ? sum / count : 0.5;
  });
}

/** Parameters of a unidimensional two-parameter logistic model. */
export interface TwoParameterModel {
  readonly intercepts: Float64Array;
  readonly slopes: Float64Array;
  /** What `logTables` gives. */
  readonly tables: Float64Array;
}

/**
 * The 2PL of the testing literature (Birnbaum 1968): one ability, standard normal; questions by
 * marginal maximum likelihood on 31 quadrature points (Bock and Aitkin 1981), with priors N(0, 2²)
 * on intercepts and N(1, 0.5²) on slopes for stability; 25 EM steps.
 */
export function fitTwoParameter(
  labels: Uint8Array,
  questions: number,
  models: number,
): TwoParameterModel {
  const intercepts = new Float64Array(questions);
  const slopes = new Float64Array(questions).fill(1);
  for (let step = 0; step < 25; step++) {
    const tables = logTables({ intercepts, slopes });
    const posteriors = Array.from({ length: models }, (_, m) => {
      const answers: [number, number][] = [];
      for (let q = 0; q < questions; q++) {
        const label = labels[q * models + m]!;
        if (label !== MISSING) answers.push([q, label]);
      }
      return gridPosterior(tables, answers);
    });
    for (let q = 0; q < questions; q++) {
      const right = new Float64Array(GRID.length);
      const total = new Float64Array(GRID.length);
      for (let m = 0; m < models; m++) {
        const label = labels[q * models + m]!;
        if (label === MISSING) continue;
        const posterior = posteriors[m]!;
        for (let g = 0; g < GRID.length; g++) {
          total[g]! += posterior[g]!;
          if (label === 1) right[g]! += posterior[g]!;
        }
      }
      for (let newton = 0; newton < 2; newton++) {
        const a = intercepts[q]!;
        const b = slopes[q]!;
        let ga = -a / 4;
        let gb = -(b - 1) / 0.25;
        let haa = 1 / 4;
        let hab = 0;
        let hbb = 1 / 0.25;
        GRID.forEach((x, g) => {
          const p = 1 / (1 + Math.exp(-a - b * x));
          const residual = right[g]! - total[g]! * p;
          const weight = total[g]! * p * (1 - p);
          ga += residual;
          gb += residual * x;
          haa += weight;
          hab += weight * x;
          hbb += weight * x * x;
        });
        const determinant = haa * hbb - hab * hab;
        const da = (hbb * ga - hab * gb) / determinant;
        const db = (haa * gb - hab * ga) / determinant;
        const scale = 1 / Math.max(1, Math.abs(da), Math.abs(db));
        intercepts[q] = a + scale * da;
        slopes[q] = b + scale * db;
      }
    }
  }
  return { intercepts, slopes, tables: logTables({ intercepts, slopes }) };
}

/** Posterior mean of the probabilities. */
export function twoParameter(task: Task, model: TwoParameterModel): number[] {
  const posterior = gridPosterior(model.tables, task.observed);
  return finite(task, (q) =>
    GRID.reduce(
      (sum, _, g) => sum + posterior[g]! * Math.exp(model.tables[(2 * q + 1) * GRID.length + g]!),
      0,
    ),
  );
}

/**
 * IRT++ (gp-IRT of Polo et al. 2024, "tinyBenchmarks"): the sample mean of a benchmark and its 2PL
 * forecast, weighted by what each is off by, λ = b² / (b² + s² / n) for the former, with s² / n the
 * variance of the sample mean.
 *
 * @param bias - b², the mean squared error of the 2PL on models of the pool.
 */
export function withSampleMeans(
  { benchmarkOf, observed }: Task,
  means: readonly number[],
  fitted: readonly number[],
  bias: number,
): number[] {
  const counts = new Array<number>(means.length).fill(0);
  for (const q of observed.keys()) counts[benchmarkOf[q]!]!++;
  return means.map((mean, b) => {
    const n = counts[b]!;
    if (n === 0) return fitted[b]!;
    // As the 2PL has it, since a small sample may be all right or all wrong.
    const variance = (fitted[b]! * (1 - fitted[b]!)) / n;
    const share = bias / (bias + variance);
    return share * mean + (1 - share) * fitted[b]!;
  });
}

/**
 * Mean squared error of the 2PL over models of the pool from 100 random answers of theirs (a
 * quarter where there are fewer than 400), which is what IRT++ takes for its squared bias.
 */
export function squaredBias(
  model: TwoParameterModel,
  pool: Omit<Task, 'population' | 'observed'>,
): number {
  const { labels, models, benchmarkOf, benchmarks } = pool;
  const squares: number[] = [];
  for (let m = 0; m < models; m++) {
    const labelOf = (q: number): number => labels[q * models + m]!;
    const population = [...benchmarkOf.keys()].filter((q) => labelOf(q) !== MISSING);
    const count = Math.min(100, Math.floor(population.length / 4));
    const sample = new Random(m).shuffle([...population]).slice(0, count);
    const observed = new Map(sample.map((q) => [q, labelOf(q)]));
    const values = twoParameter({ ...pool, population, observed }, model);
    for (let b = 0; b < benchmarks; b++) {
      const own = population.filter((q) => benchmarkOf[q] === b);
      if (own.length < 20) continue;
      const truth = own.reduce((sum, q) => sum + labelOf(q), 0) / own.length;
      squares.push((values[b]! - truth) ** 2);
    }
  }
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}

const GRID = Array.from({ length: 31 }, (_, g) => -4.5 + 0.3 * g);

/** Log probabilities of wrong and right answers at every grid point, row-major [Q, 2, grid]. */
function logTables({ intercepts, slopes }: Omit<TwoParameterModel, 'tables'>): Float64Array {
  const tables = new Float64Array(intercepts.length * 2 * GRID.length);
  for (let q = 0; q < intercepts.length; q++) {
    GRID.forEach((x, g) => {
      const z = intercepts[q]! + slopes[q]! * x;
      const wrong = -Math.log1p(Math.exp(z));
      tables[2 * q * GRID.length + g] = wrong;
      tables[(2 * q + 1) * GRID.length + g] = wrong + z;
    });
  }
  return tables;
}

function gridPosterior(
  tables: Float64Array,
  answers: Iterable<readonly [number, number]>,
): Float64Array {
  const logs = Float64Array.from(GRID, (x) => (-x * x) / 2);
  for (const [q, label] of answers) {
    const start = (2 * q + label) * GRID.length;
    for (let g = 0; g < GRID.length; g++) logs[g]! += tables[start + g]!;
  }
  const largest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - largest));
  const sum = weights.reduce((s, w) => s + w, 0);
  return weights.map((weight) => weight / sum);
}

/** Observed answers are known; the others count by their probability. */
function finite(task: Task, probability: (q: number) => number): number[] {
  const sums = new Array<number>(task.benchmarks).fill(0);
  const counts = new Array<number>(task.benchmarks).fill(0);
  for (const q of task.population) {
    const b = task.benchmarkOf[q]!;
    sums[b]! += task.observed.get(q) ?? probability(q);
    counts[b]!++;
  }
  return sums.map((sum, b) => sum / counts[b]!);
}
