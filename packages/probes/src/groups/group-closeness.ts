import { EmbedLLMError, type Matrix } from '@embedllm/core';
import { holmAdjust } from '../statistics/holm.js';
import {
  createPermuter,
  labelledModels,
  type PermutationOptions,
  permutationPValue,
} from '../statistics/permutation.js';
import { assertDistances } from './assert-distances.js';
import { type Members, type PairTable, pairTable, sumsWithin } from './pair-sums.js';

/** Options of `groupCloseness`. */
export interface GroupClosenessOptions extends PermutationOptions {
  /** Distances between M models, shape [M, M], symmetric; from `modelDistances`. */
  readonly distances: Matrix;
  /**
   * The group of each model, length M: its family, size class or speciality. Models without one
   * are left out of the test.
   */
  readonly labels: readonly (string | undefined)[];
}

/** Result of `groupCloseness`; every p-value is one-sided, for groups closer than chance. */
export interface GroupCloseness {
  /** Mean distance of two models of one group. */
  readonly withinMean: number;
  /** Mean distance of two models of different groups. */
  readonly betweenMean: number;
  /**
   * (betweenMean - withinMean) / pooled standard deviation of the distances within and between
   * (Cohen's d over pairs); 0 when all distances are equal.
   */
  readonly standardizedDifference: number;
  /** Of the mean distance within groups. */
  readonly pValue: number;
  /**
   * Analysis of similarities (Clarke, 1993): R = (mean rank between - mean rank within) /
   * (n (n - 1) / 4) from the ranks of the distances; 1 when every pair within is closer than every
   * pair between, 0 under the null.
   */
  readonly anosim: { readonly r: number; readonly pValue: number };
  /**
   * Permutational analysis of variance (Anderson, 2001): R² is the share of the squared distances
   * that groups explain, F = (R² / (groups - 1)) / ((1 - R²) / (models - groups)); `undefined`
   * when groups explain everything.
   */
  readonly permanova: {
    readonly f: number | undefined;
    readonly r2: number;
    readonly pValue: number;
  };
  /** Each group with two models or more, in order of appearance. */
  readonly groups: readonly GroupReport[];
  /** How many permutations were drawn. */
  readonly permutations: number;
  /** Models that have a label. */
  readonly models: number;
  /** Pairs of models of one group. */
  readonly pairsWithin: number;
  /** Pairs of models of different groups. */
  readonly pairsBetween: number;
}

/** How close the models of one group are. */
export interface GroupReport {
  readonly label: string;
  readonly models: number;
  /** Mean distance of two of its models. */
  readonly withinMean: number;
  /** How often as many models, drawn at random, are as close. */
  readonly pValue: number;
  /** Adjusted for the number of groups (Holm, 1979). */
  readonly adjustedPValue: number;
}

/**
 * Tests whether models of one group (family, size class, speciality) are closer to each other than
 * chance: a permutation test that shuffles which model carries which label, for three statistics
 * and for each group. Counting the observed assignment as one of the permutations keeps every
 * p-value valid (Phipson and Smyth, 2010, "Permutation P-values should never be zero").
 *
 * Groups share more than what names them (families run in size and age): closeness does not show
 * its cause, and `strata` takes one other cause out. Costs (1 + permutations) x pairs within groups.
 *
 * @throws EmbedLLMError `shape-mismatch` when the distances are not [M, M] for M labels;
 * `not-finite` on NaN; `invalid-argument` when they are negative or not symmetric, when no two
 * models share a group or all do, or on bad options.
 *
 * @example
 * ```ts
 * const { distances } = modelDistances({ model, part: 'factors', metric: 'euclidean' });
 * const { permanova, groups } = groupCloseness({ distances, labels: families, seed: 1 });
 * ```
 */
export function groupCloseness(options: GroupClosenessOptions): GroupCloseness {
  const { distances, labels, strata } = options;
  assertDistances(distances, labels.length);
  const kept = labelledModels(labels, strata, labels.length);
  const permuter = createPermuter(options, kept);
  const groups = groupMembers(kept, labels);
  const n = kept.length;
  const pairs = (n * (n - 1)) / 2;
  const pairsWithin = groups.reduce((sum, { places }) => sum + pairCount(places.length), 0);
  const pairsBetween = pairs - pairsWithin;
  if (pairsWithin === 0 || pairsBetween === 0) {
    throw new EmbedLLMError(
      `Closeness needs pairs within and between groups, but the ${n} labelled models have ${pairsWithin} and ${pairsBetween}.`,
      { code: 'invalid-argument' },
    );
  }
  const table = pairTable(distances, kept);
  const identity = Uint32Array.from({ length: n }, (_, place) => place);
  const observed = sumsWithin(table, groups, identity);
  const all = sumsWithin(table, [{ label: '', places: identity }], identity);

  // Equal assignments add up in another order: let rounding count as a tie, not as a win.
  const slack = 1 + 1e-12 * pairs;
  const places = identity.slice();
  const asClose = { distance: 0, rank: 0, square: 0, group: new Uint32Array(groups.length) };
  for (let permutation = 0; permutation < permuter.permutations; permutation++) {
    permuter.shuffle(places);
    const drawn = sumsWithin(table, groups, places);
    if (drawn.distance <= observed.distance * slack) asClose.distance++;
    if (drawn.rank <= observed.rank * slack) asClose.rank++;
    if (drawn.square <= observed.square * slack) asClose.square++;
    for (let group = 0; group < groups.length; group++) {
      const limit = observed.group[group]! * slack;
      if (drawn.group[group]! <= limit) {
        asClose.group[group] = asClose.group[group]! + 1;
      }
    }
  }
  const p = (count: number): number => permutationPValue(count, permuter.permutations);
  const withinMean = observed.distance / pairsWithin;
  const betweenMean = (all.distance - observed.distance) / pairsBetween;
  // Of all models as one group, `square` is already divided by n.
  const r2 = all.square > 0 ? Math.min(1, Math.max(0, 1 - observed.square / all.square)) : 0;
  const rankWithin = observed.rank / pairsWithin;
  const rankBetween = (all.rank - observed.rank) / pairsBetween;
  return {
    withinMean,
    betweenMean,
    standardizedDifference: standardized(table, groups, withinMean, betweenMean),
    pValue: p(asClose.distance),
    anosim: { r: (rankBetween - rankWithin) / (pairs / 2), pValue: p(asClose.rank) },
    permanova: {
      f: r2 < 1 ? r2 / (groups.length - 1) / ((1 - r2) / (n - groups.length)) : undefined,
      r2,
      pValue: p(asClose.square),
    },
    groups: reportGroups(groups, observed.group, [...asClose.group].map(p)),
    permutations: permuter.permutations,
    models: n,
    pairsWithin,
    pairsBetween,
  };
}

function standardized(
  { n, distance }: PairTable,
  groups: readonly Members[],
  withinMean: number,
  betweenMean: number,
): number {
  const groupOf = new Uint32Array(n);
  groups.forEach(({ places }, index) => {
    for (const place of places) groupOf[place] = index;
  });
  let squares = 0;
  for (let a = 1; a < n; a++) {
    for (let b = 0; b < a; b++) {
      const mean = groupOf[a] === groupOf[b] ? withinMean : betweenMean;
      squares += (distance[a * n + b]! - mean) ** 2;
    }
  }
  const deviation = Math.sqrt(squares / Math.max(1, pairCount(n) - 2));
  return deviation > 0 ? (betweenMean - withinMean) / deviation : 0;
}

function reportGroups(
  groups: readonly Members[],
  sums: Float64Array,
  pValues: readonly number[],
): GroupReport[] {
  const plural = [...groups.keys()].filter((g) => (groups[g] as Members).places.length > 1);
  const adjusted = holmAdjust(plural.map((g) => pValues[g]!));
  return plural.map((g, index) => {
    const { label, places } = groups[g] as Members;
    return {
      label,
      models: places.length,
      withinMean: sums[g]! / pairCount(places.length),
      pValue: pValues[g]!,
      adjustedPValue: adjusted[index]!,
    };
  });
}

/** The members of each group, as places in `kept`. */
function groupMembers(kept: readonly number[], labels: readonly (string | undefined)[]): Members[] {
  const members = new Map<string, number[]>();
  kept.forEach((model, place) => {
    const label = labels[model];
    if (label === undefined) return;
    const places = members.get(label);
    if (places) places.push(place);
    else members.set(label, [place]);
  });
  return [...members].map(([label, places]) => ({ label, places: Uint32Array.from(places) }));
}

function pairCount(n: number): number {
  return (n * (n - 1)) / 2;
}
