import { assertFinite, EmbedLLMError, type Matrix, Random } from '@embedllm/core';

/** Options of `familyCloseness`. */
export interface FamilyClosenessOptions {
  /** Distances between M models, shape [M, M], symmetric; from `modelDistances`. */
  readonly distances: Matrix;
  /** The family of each model, length M; models without one are left out of the test. */
  readonly labels: readonly (string | undefined)[];
  /**
   * How many random assignments of the labels to compare with: an integer from 1. The p-value
   * cannot be below 1 / (1 + permutations).
   *
   * @default 999
   */
  readonly permutations?: number | undefined;
  /** Seed of the permutations: an unsigned 32-bit integer. */
  readonly seed: number;
}

/** Result of `familyCloseness`. */
export interface FamilyCloseness {
  /** Mean distance of two models of one family. */
  readonly withinMean: number;
  /** Mean distance of two models of different families. */
  readonly betweenMean: number;
  /**
   * (1 + permutations at least as close within families) / (1 + permutations): one-sided, how
   * often chance alone brings families this close.
   */
  readonly pValue: number;
  /** How many permutations were drawn. */
  readonly permutations: number;
  /** Models that have a label. */
  readonly models: number;
  /** Pairs of models of one family. */
  readonly pairsWithin: number;
  /** Pairs of models of different families. */
  readonly pairsBetween: number;
}

/**
 * Tests whether models of one family are closer to each other than chance: a permutation test of
 * the mean distance within families, shuffling which model carries which label. Counting the
 * observed assignment as one of the permutations keeps the test valid (Phipson and Smyth, 2010,
 * "Permutation P-values should never be zero").
 *
 * Families share more than lineage (size, age, authors' training data): closeness does not show
 * its cause. Costs (1 + permutations) x pairs within families.
 *
 * @throws EmbedLLMError `shape-mismatch` when the distances are not [M, M] for M labels;
 * `not-finite` on NaN; `invalid-argument` when they are negative or not symmetric, when no two
 * models share a family or all do, or on bad options.
 */
export function familyCloseness(options: FamilyClosenessOptions): FamilyCloseness {
  const { distances, labels, permutations = 999, seed } = options;
  assertDistances(distances, labels.length);
  if (!(Number.isInteger(permutations) && permutations > 0)) {
    throw new EmbedLLMError(
      'invalid-argument',
      `\`permutations\` must be an integer of at least 1, but is ${permutations}.`,
    );
  }
  const labelled = Uint32Array.from(
    [...labels.keys()].filter((index) => labels[index] !== undefined),
  );
  const families = familyMembers(labelled, labels);
  const models = labelled.length;
  const pairs = (models * (models - 1)) / 2;
  const pairsWithin = families.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  const pairsBetween = pairs - pairsWithin;
  if (pairsWithin === 0 || pairsBetween === 0) {
    throw new EmbedLLMError(
      'invalid-argument',
      `Closeness needs pairs within and between families, but the ${models} labelled models have ${pairsWithin} and ${pairsBetween}.`,
    );
  }
  const within = sumWithin(distances, families, labelled);
  const all = sumWithin(distances, [Uint32Array.from(labelled.keys())], labelled);
  // Equal assignments add up in another order: let rounding count as a tie, not as a win.
  const limit = within * (1 + 1e-12 * pairs);
  const random = new Random(seed);
  const shuffled = labelled.slice();
  let asClose = 0;
  for (let permutation = 0; permutation < permutations; permutation++) {
    random.shuffle(shuffled);
    if (sumWithin(distances, families, shuffled) <= limit) asClose++;
  }
  return {
    withinMean: within / pairsWithin,
    betweenMean: (all - within) / pairsBetween,
    pValue: (1 + asClose) / (1 + permutations),
    permutations,
    models,
    pairsWithin,
    pairsBetween,
  };
}

/** The members of each family, as places in `labelled`. */
function familyMembers(
  labelled: Uint32Array,
  labels: readonly (string | undefined)[],
): Uint32Array[] {
  const members = new Map<string | undefined, number[]>();
  labelled.forEach((model, place) => {
    const family = labels[model];
    const places = members.get(family);
    if (places) places.push(place);
    else members.set(family, [place]);
  });
  return [...members.values()].map((places) => Uint32Array.from(places));
}

/** Sum of the distances within families when place i is taken by model `models[i]`. */
function sumWithin(
  { data, cols }: Matrix,
  families: readonly Uint32Array[],
  models: Uint32Array,
): number {
  let sum = 0;
  for (const members of families) {
    for (let a = 0; a < members.length; a++) {
      const row = (models[members[a] as number] as number) * cols;
      for (let b = a + 1; b < members.length; b++) {
        sum += data[row + (models[members[b] as number] as number)] as number;
      }
    }
  }
  return sum;
}

function assertDistances(distances: Matrix, count: number): void {
  if (distances.rows !== count || distances.cols !== count) {
    throw new EmbedLLMError(
      'shape-mismatch',
      `${count} labels need distances of shape [${count}, ${count}], but they are [${distances.rows}, ${distances.cols}].`,
    );
  }
  assertFinite(distances, 'distances');
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      const value = distances.at(a, b);
      const mirrored = distances.at(b, a);
      if (value < 0 || Math.abs(value - mirrored) > 1e-5 * Math.max(value, mirrored)) {
        throw new EmbedLLMError(
          'invalid-argument',
          `The distances of models ${a} and ${b} are ${value} and ${mirrored}, but must be equal and at least 0.`,
        );
      }
    }
  }
}
