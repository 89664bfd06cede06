import type { Matrix } from '@embedllm/core';
import { averageRanks } from '@embedllm/internals';

/** The models of one group, as places among the models of a test. */
export interface Members {
  readonly label: string;
  readonly places: Uint32Array;
}

/** Distances and ranks of the pairs of some models. */
export interface PairTable {
  readonly n: number;
  /** Row-major [n, n]. */
  readonly distance: Float64Array;
  /** Ranks from 1, ties shared, row-major [n, n]. */
  readonly rank: Float64Array;
}

/** Distances of the kept models, and the ranks of all their pairs. */
export function pairTable(distances: Matrix, kept: readonly number[]): PairTable {
  const n = kept.length;
  const distance = new Float64Array(n * n);
  const lower: number[] = [];
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      const value = distances.at(kept[a]!, kept[b]!);
      lower.push(value);
      distance[a * n + b] = value;
      distance[b * n + a] = value;
    }
  }
  const ranks = averageRanks(lower);
  const rank = new Float64Array(n * n);
  for (let a = 0, index = 0; a < n; a++) {
    for (let b = 0; b < a; b++, index++) {
      rank[a * n + b] = ranks[index]!;
      rank[b * n + a] = ranks[index]!;
    }
  }
  return { n, distance, rank };
}

/** Sums over pairs within groups when place i is taken by model `models[i]`. */
export function sumsWithin(
  { n, distance, rank }: PairTable,
  groups: readonly Members[],
  models: Uint32Array,
): { distance: number; rank: number; square: number; group: Float64Array } {
  const group = new Float64Array(groups.length);
  const total = { distance: 0, rank: 0, square: 0, group };
  groups.forEach(({ places }, index) => {
    let sum = 0;
    let squares = 0;
    for (let a = 1; a < places.length; a++) {
      const row = models[places[a]!]! * n;
      for (let b = 0; b < a; b++) {
        const cell = row + models[places[b]!]!;
        const value = distance[cell]!;
        sum += value;
        squares += value * value;
        total.rank += rank[cell]!;
      }
    }
    group[index] = sum;
    total.distance += sum;
    total.square += squares / places.length;
  });
  return total;
}
