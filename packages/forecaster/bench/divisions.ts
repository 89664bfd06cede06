import { type CorrectnessMatrix, estimateAccuracies, Random } from '@embedllm/core';
import { releaseMonth } from './release-dates.js';

/** Models that a pool is fitted to, and models that it is to forecast, by column. */
export interface Division {
  readonly pool: readonly number[];
  readonly leftOut: readonly number[];
  readonly seed: number;
}

/**
 * Divisions of one kind: `random` leaves out a quarter, once for each of `seeds` seeds, `strength` the
 * strongest 40% and `date` the newest 40% of the models whose month of release is known. `strength/date`
 * leaves out the strongest for good and divides the others by date.
 */
export function divisions(correctness: CorrectnessMatrix, kind: string, seeds: number): Division[] {
  const [outer, inner] = kind.split('/') as [string, string?];
  const all = [...correctness.models.keys()];
  const count = kind.includes('random') ? seeds : 1;
  return Array.from({ length: count }, (_, seed) => {
    const leftOut = leaveOut(correctness, { kind: outer, models: all, seed });
    const pool = all.filter((m) => !leftOut.includes(m));
    if (inner === undefined) return { pool, leftOut, seed };
    const again = leaveOut(correctness, { kind: inner, models: pool, seed: seed + 1 });
    return { pool: pool.filter((m) => !again.includes(m)), leftOut: again, seed };
  }).filter(({ leftOut }) => leftOut.length > 0);
}

function leaveOut(
  correctness: CorrectnessMatrix,
  options: { readonly kind: string; readonly models: readonly number[]; readonly seed: number },
): number[] {
  const { kind, models, seed } = options;
  if (kind === 'random') {
    return new Random(seed).shuffle([...models]).slice(0, Math.round(0.25 * models.length));
  }
  if (kind === 'strength') {
    const rank = estimateAccuracies(correctness).map((estimate) => estimate?.accuracy ?? 0);
    return [...models].sort((a, b) => rank[a]! - rank[b]!).slice(Math.round(0.6 * models.length));
  }
  if (kind !== 'date') throw new Error(`Divisions are random, strength or date, not ${kind}.`);
  const dated = models.flatMap((m) => {
    const month = releaseMonth(correctness.models[m]!);
    return month === undefined ? [] : [{ m, month }];
  });
  console.error(`date: ${dated.length} of ${models.length} models have a date`);
  if (dated.length < 10) return [];
  dated.sort((a, b) => a.month.localeCompare(b.month));
  return dated.slice(Math.round(0.6 * dated.length)).map(({ m }) => m);
}
