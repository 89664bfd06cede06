import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { BandIndex, chooseBanding } from './banding.js';
import { findBoilerplate, withoutBoilerplate } from './boilerplate.js';
import { DisjointSets } from './disjoint-sets.js';
import { bandKeys, MinHasher } from './min-hash.js';
import type { NearDuplicatePair, NearDuplicates } from './near-duplicates.js';
import { normalizeText } from './normalize-text.js';
import { jaccard, type ShingleOptions, shingleSet, shinglingOf } from './shingles.js';
import { eachInTurns, type WorkOptions } from './work-pace.js';

/** Options of `findNearDuplicates`. */
export interface NearDuplicateOptions extends WorkOptions {
  /** The lowest Jaccard index of near-duplicates, above 0 and at most 1. @default 0.8 */
  readonly threshold?: number | undefined;
  /** What texts are cut into. @default 3 words */
  readonly shingles?: ShingleOptions | undefined;
  /**
   * Shingles in more than this share of the questions of a category (of at least 20 questions) are
   * left out, because instructions and templates do not make questions alike; 1 keeps all.
   *
   * @default 0.2
   */
  readonly boilerplate?: number | undefined;
  /** The category of each text, for `boilerplate`. @default all in one */
  readonly categories?: readonly string[] | undefined;
  /** The most hash functions, 1 to 4,096; time grows with it. @default 128 */
  readonly hashes?: number | undefined;
  /** How often a pair at the threshold may be missed, above 0 and below 1. @default 0.001 */
  readonly missProbability?: number | undefined;
  /** With how many earlier texts of one bucket a text is compared at most. @default 256 */
  readonly maxNeighbours?: number | undefined;
  /** Any 32-bit unsigned integer. @default 0 */
  readonly seed?: number | undefined;
}

/**
 * Finds near-duplicates: pairs of texts whose sets of shingles have a Jaccard index of at least the
 * threshold, by MinHash with banding (Broder, 1997; Leskovec et al., Mining of Massive Datasets,
 * chapter 3). Every pair that is returned was compared exactly, so none is false; a pair at the
 * threshold is missed with the probability `missProbability` of the result, one above it less often.
 *
 * Texts that are the same after `normalizeText` are found exactly. Empty texts are like nothing.
 * Takes O(S k) steps for S shingles and k hash functions, and O(N b `maxNeighbours`) comparisons at
 * most for N texts and b bands; never N². Memory: 4 bytes a shingle, 12 b N bytes of index.
 *
 * @throws EmbedLLMError `invalid-argument` when an option is out of range.
 *
 * @example
 * const { pairs } = await findNearDuplicates(questions.map(({ prompt }) => prompt), {
 *   categories: questions.map(({ category }) => category),
 * });
 */
export async function findNearDuplicates(
  texts: readonly string[],
  options: NearDuplicateOptions = {},
): Promise<NearDuplicates> {
  const { threshold = 0.8, hashes = 128, missProbability = 0.001, seed = 0 } = options;
  const { boilerplate = 0.2, maxNeighbours = 256, categories } = options;
  checkNumber('threshold', threshold, { above: 0, max: 1 });
  checkNumber('missProbability', missProbability, { above: 0, max: 1 });
  if (boilerplate !== Number.POSITIVE_INFINITY)
    checkNumber('boilerplate', boilerplate, { above: 0 });
  checkInteger('hashes', hashes, { min: 1, max: 4096 });
  checkInteger('maxNeighbours', maxNeighbours, { min: 1 });
  if (categories !== undefined && categories.length !== texts.length) {
    throw new EmbedLLMError(
      `There are ${categories.length} categories for ${texts.length} texts.`,
      { code: 'invalid-argument' },
    );
  }
  const shingling = shinglingOf(options.shingles);
  const banding = chooseBanding(threshold, hashes, missProbability);
  const sameAs = new Uint32Array(texts.length);
  const firstOf = new Map<string, number>();
  const sets: Uint32Array[] = [];
  await eachInTurns('shingle', texts.length, options, (index) => {
    const text = normalizeText(texts[index] as string);
    // An empty text is only like itself.
    const first = text === '' ? index : (firstOf.get(text) ?? index);
    sameAs[index] = first;
    if (first === index) firstOf.set(text, index);
    sets[index] = shingleSet(text, shingling);
  });
  firstOf.clear();
  const common = findBoilerplate(sets, categories, boilerplate);
  const hasher = new MinHasher(banding.bands * banding.rows, seed);
  const index = new BandIndex(texts.length, banding.bands, maxNeighbours);
  const keys = new Uint32Array(banding.bands);
  const joined = new DisjointSets(texts.length);
  const pairs: NearDuplicatePair[] = [];
  let compared = 0;
  const add = (first: number, second: number, similarity: number): void => {
    pairs.push({ first, second, similarity });
    joined.join(first, second);
  };
  await eachInTurns('compare', texts.length, options, (second) => {
    const same = sameAs[second]!;
    if (same !== second) {
      add(same, second, 1);
      return;
    }
    const set = withoutBoilerplate(sets[second] as Uint32Array, common);
    sets[second] = set;
    if (set.length === 0) return;
    bandKeys(hasher.sign(set), banding.rows, keys);
    const found: NearDuplicatePair[] = [];
    index.add(second, keys, (first) => {
      const other = sets[first] as Uint32Array;
      // The index can be no higher than the ratio of the sizes.
      if (Math.min(set.length, other.length) < threshold * Math.max(set.length, other.length)) {
        return;
      }
      compared++;
      const similarity = jaccard(set, other);
      if (similarity >= threshold) found.push({ first, second, similarity });
    });
    for (const pair of found.sort((a, b) => a.first - b.first)) {
      add(pair.first, second, pair.similarity);
    }
  });
  return {
    measure: 'jaccard',
    ...banding,
    pairs,
    sameAs,
    groups: joined.groups(),
    threshold,
    compared,
    skipped: index.skipped,
  };
}
