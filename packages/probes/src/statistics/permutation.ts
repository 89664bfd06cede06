import { EmbedLLMError, Random } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';

/** How a permutation test permutes. */
export interface PermutationOptions {
  /**
   * How many random assignments of the labels to compare with: an integer from 1. A p-value
   * cannot be below 1 / (1 + permutations).
   *
   * @default 999
   */
  readonly permutations?: number | undefined;
  /** Seed of the permutations: an unsigned 32-bit integer. */
  readonly seed: number;
  /**
   * A stratum for each model, length M: labels are permuted only within strata, so that what the
   * strata explain (such as size classes) cannot make the p-value small. Models without a stratum
   * are left out.
   *
   * @default all models in one stratum
   */
  readonly strata?: readonly (string | undefined)[] | undefined;
}

/** Random permutations of places, within strata. */
export interface Permuter {
  readonly permutations: number;
  /** Shuffles in place; each call starts from where the last one ended. */
  readonly shuffle: (places: Uint32Array) => void;
}

/**
 * Checks the options and prepares the permutations of some models.
 *
 * @param kept - The models that take part, as indices into `strata`; the places to permute are
 * their positions here.
 * @throws EmbedLLMError `invalid-argument` when `permutations` or `seed` is out of range.
 */
export function createPermuter(options: PermutationOptions, kept: readonly number[]): Permuter {
  const { permutations = 999, seed, strata } = options;
  checkInteger('permutations', permutations, { min: 1 });
  const random = new Random(seed);
  if (!strata) return { permutations, shuffle: (places) => random.shuffle(places) };
  const members = new Map<string | undefined, number[]>();
  kept.forEach((model, place) => {
    const list = members.get(strata[model]);
    if (list) list.push(place);
    else members.set(strata[model], [place]);
  });
  return {
    permutations,
    shuffle: (places) => {
      for (const list of members.values()) {
        const held = Uint32Array.from(list, (place) => places[place]!);
        random.shuffle(held);
        list.forEach((place, index) => {
          places[place] = held[index]!;
        });
      }
    },
  };
}

/**
 * The models that have a label and, where there are strata, a stratum.
 *
 * @throws EmbedLLMError `shape-mismatch` when labels or strata are not one for each model.
 */
export function labelledModels(
  labels: readonly unknown[],
  strata: readonly (string | undefined)[] | undefined,
  models: number,
): number[] {
  for (const [what, list] of [
    ['labels', labels],
    ['strata', strata],
  ] as const) {
    if (list && list.length !== models) {
      throw new EmbedLLMError(`There are ${list.length} ${what} for ${models} models.`, {
        code: 'shape-mismatch',
      });
    }
  }
  return [...labels.keys()].filter(
    (index) => labels[index] !== undefined && (!strata || strata[index] !== undefined),
  );
}

/** (1 + as extreme) / (1 + permutations): Phipson and Smyth (2010). */
export function permutationPValue(asExtreme: number, permutations: number): number {
  return (1 + asExtreme) / (1 + permutations);
}
