import type { Engine } from '../engines/engine.js';
import type { Curvature } from './curvature.js';
import type { CheckedSettings, TrainDirectOptions } from './direct-settings.js';
import { factorWeights, type WeightFactors } from './low-rank.js';
import type { Shard } from './shard.js';
import { type DirectSolution, solveDirect } from './solve-direct.js';
import { validateRanks } from './validate-ranks.js';

/** One point of the path over strengths: the best rank there. */
export interface PathPoint {
  readonly ridge: number;
  readonly pooling: number;
  readonly rank: number;
  /** In nats a label; left out without validation. */
  readonly validationLogLoss?: number | undefined;
  readonly iterations: number;
  readonly converged: boolean;
}

/** A point of the path with its solution. */
export interface Candidate {
  readonly point: PathPoint;
  readonly factors: WeightFactors;
  readonly solution: DirectSolution;
}

/** The path stops at weaker ridges after this many rises of the validation loss in a row, */
const PATIENCE = 2;
/** or after one rise by this share: weak ridges take the most iterations and are not coming back. */
const CLEAR_RISE = 0.005;
/** Comparing strengths needs less precision than the solution that is kept. */
const PATH_TOLERANCE_FACTOR = 30;

/**
 * The first pooling from strong to weak ridge, each solve starting where the one before ended; every
 * other pooling from the best ridge so far to its neighbours, as long as validation gets better.
 */
export async function walkPath(
  shards: readonly Shard[],
  curvature: Curvature,
  engine: Engine,
  settings: CheckedSettings,
  options: TrainDirectOptions,
): Promise<{ chosen: Candidate; path: PathPoint[] }> {
  const { ridges, ridgeUnit, poolings, ranks, interceptRidge, tolerance, concurrency } = settings;
  const { validation, maxIterations, signal, onProgress } = options;
  const path: PathPoint[] = [];
  const total = ridges.length * poolings.length;
  let done = 0;

  async function solve(
    { ridge, pooling }: { ridge: number; pooling: number },
    start: DirectSolution | undefined,
    precision: number,
  ): Promise<Candidate> {
    const strength = ridge * (ridgeUnit ?? (curvature.meanSquare || 1));
    const solution = await solveDirect({
      shards,
      curvature,
      penalty: { ridge: strength, pooling, interceptRidge },
      start,
      tolerance: precision,
      maxIterations,
      concurrency,
      signal,
      onIteration: (iteration) =>
        onProgress?.({
          ...{ phase: 'train', done, total, unit: 'strengths' },
          detail: `ridge ${ridge}, pooling ${pooling}`,
          ...{ ...iteration, ridge, pooling },
        }),
    });
    const factors = await factorWeights(solution, curvature, strength);
    const best = validation
      ? await validateRanks({ validation, factors, solution, curvature, engine, ranks })
      : { rank: Math.min(ranks[0]!, factors.loadings.cols), logLoss: undefined };
    const { iterations, converged } = solution;
    const point = { ridge, pooling, rank: best.rank, iterations, converged };
    return { point: { ...point, validationLogLoss: best.logLoss }, factors, solution };
  }

  const isSinglePoint = total === 1;
  const roughly = isSinglePoint ? tolerance : tolerance * PATH_TOLERANCE_FACTOR;
  const found: { best?: Candidate } = {};

  async function attempt(
    setting: { ridge: number; pooling: number },
    start: Candidate | undefined,
  ): Promise<Candidate> {
    const candidate = await solve(setting, start?.solution, roughly);
    path.push(candidate.point);
    done++;
    if (!found.best || isBetter(candidate, found.best)) found.best = candidate;
    return candidate;
  }

  /** Tries ridges in their order until no better one is to come; whether the first was better. */
  async function follow(
    along: readonly number[],
    pooling: number,
    patience: number,
    start?: Candidate,
  ): Promise<boolean> {
    let latest = start;
    let rises = 0;
    let isFirstBetter = false;
    for (const [index, ridge] of along.entries()) {
      const candidate = await attempt({ ridge, pooling }, latest);
      const isFall = !latest || isBetter(candidate, latest);
      if (index === 0) isFirstBetter = isFall;
      rises = isFall ? 0 : rises + 1;
      const previous = latest;
      latest = candidate;
      if (rises === patience || isClearlyWorse(candidate, previous)) break;
    }
    return isFirstBetter;
  }

  for (const [position, pooling] of poolings.entries()) {
    done = position * ridges.length;
    const { best } = found;
    if (!best) {
      await follow(ridges, pooling, PATIENCE);
      continue;
    }
    const middle = ridges.indexOf(best.point.ridge);
    const start = await attempt({ ridge: best.point.ridge, pooling }, best);
    const isWeakerBetter = await follow(ridges.slice(middle + 1), pooling, 1, start);
    if (!isWeakerBetter) await follow(ridges.slice(0, middle).reverse(), pooling, 1, start);
  }
  const rough = found.best as Candidate;
  if (isSinglePoint) return { chosen: rough, path };
  return { chosen: await solve(rough.point, rough.solution, tolerance), path };
}

function isBetter(candidate: Candidate, other: Candidate): boolean {
  return (candidate.point.validationLogLoss ?? 0) < (other.point.validationLogLoss ?? 0);
}

function isClearlyWorse(candidate: Candidate, previous: Candidate | undefined): boolean {
  const before = previous?.point.validationLogLoss;
  const after = candidate.point.validationLogLoss;
  return before !== undefined && after !== undefined && after > before * (1 + CLEAR_RISE);
}
