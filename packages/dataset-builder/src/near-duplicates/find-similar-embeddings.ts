import { EmbedLLMError, type Matrix, Random } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { BandIndex, chooseBanding } from './banding.js';
import { DisjointSets } from './disjoint-sets.js';
import type { NearDuplicatePair, NearDuplicates } from './near-duplicates.js';
import { RandomRotation } from './random-rotation.js';
import { mix32 } from './shingles.js';
import { eachInTurns, type WorkOptions } from './work-pace.js';

/** Options of `findSimilarEmbeddings`. */
export interface SimilarEmbeddingsOptions extends WorkOptions {
  /**
   * The lowest cosine of near-duplicates, above 0 and at most 1. What is high depends on the encoder.
   *
   * @default 0.95
   */
  readonly threshold?: number | undefined;
  /** The most random hyperplanes, 1 to 65,536; time grows with it. @default 1,024 */
  readonly hyperplanes?: number | undefined;
  /** How often a pair at the threshold may be missed, above 0 and below 1. @default 0.01 */
  readonly missProbability?: number | undefined;
  /** With how many earlier questions of one bucket one is compared at most. @default 256 */
  readonly maxNeighbours?: number | undefined;
  /** Any 32-bit unsigned integer. @default 0 */
  readonly seed?: number | undefined;
}

/**
 * Finds pairs of questions whose embeddings have a cosine of at least the threshold, by random
 * hyperplanes with banding (Charikar, 2002). Every pair that is returned was compared exactly; one
 * at the threshold is missed with the probability `missProbability` of the result, one above it
 * less often. Embeddings of length zero are like nothing.
 *
 * Takes O(N h log D) steps for h hyperplanes and O(N b `maxNeighbours`) comparisons of 2 D flops at
 * most; never N². The more alike all embeddings are, the more comparisons.
 *
 * @param embeddings - Shape [Q, D]; they need not have length 1.
 * @throws EmbedLLMError `invalid-argument` when an option is out of range, `not-finite` when a value
 * is not finite.
 */
export async function findSimilarEmbeddings(
  embeddings: Matrix,
  options: SimilarEmbeddingsOptions = {},
): Promise<NearDuplicates> {
  const { threshold = 0.95, hyperplanes = 1024, missProbability = 0.01 } = options;
  const { maxNeighbours = 256, seed = 0 } = options;
  checkNumber('threshold', threshold, { above: 0, max: 1 });
  checkNumber('missProbability', missProbability, { above: 0, max: 1 });
  checkInteger('hyperplanes', hyperplanes, { min: 1, max: 65_536 });
  checkInteger('maxNeighbours', maxNeighbours, { min: 1 });
  const agreement = 1 - Math.acos(threshold) / Math.PI;
  const banding = chooseBanding(agreement, hyperplanes, missProbability);
  const { bands, rows } = banding;
  const count = embeddings.rows;
  const lengths = new Float64Array(count);
  const sameAs = new Uint32Array(count);
  const firstOf = new Map<number, number[]>();
  await eachInTurns('embeddings', count, options, (index) => {
    const vector = embeddings.row(index);
    const square = dot(vector, vector);
    if (!Number.isFinite(square)) {
      throw new EmbedLLMError(`The embedding of question ${index} is not finite.`, {
        code: 'not-finite',
      });
    }
    lengths[index] = Math.sqrt(square);
    sameAs[index] = square === 0 ? index : firstEqual(embeddings, index, firstOf);
  });
  const random = new Random(seed);
  const rotations: RandomRotation[] = [];
  for (let covered = 0; covered < bands * rows; covered += (rotations[0] as RandomRotation).size) {
    rotations.push(new RandomRotation(embeddings.cols, random));
  }
  const index = new BandIndex(count, bands, maxNeighbours);
  const keys = new Uint32Array(bands);
  const joined = new DisjointSets(count);
  const pairs: NearDuplicatePair[] = [];
  let compared = 0;
  await eachInTurns('compare', count, options, (second) => {
    const same = sameAs[second]!;
    const found: NearDuplicatePair[] = [];
    if (same !== second) {
      found.push({ first: same, second, similarity: 1 });
    } else if (lengths[second] !== 0) {
      const vector = embeddings.row(second);
      hyperplaneKeys(vector, rotations, rows, keys);
      index.add(second, keys, (first) => {
        compared++;
        const product = dot(vector, embeddings.row(first));
        const cosine = product / (lengths[first]! * lengths[second]!);
        // Rounding must not take a cosine beyond 1.
        if (cosine >= threshold) found.push({ first, second, similarity: Math.min(cosine, 1) });
      });
    }
    for (const pair of found.sort((a, b) => a.first - b.first)) {
      pairs.push(pair);
      joined.join(pair.first, pair.second);
    }
  });
  return {
    measure: 'cosine',
    ...banding,
    pairs,
    sameAs,
    groups: joined.groups(),
    threshold,
    compared,
    skipped: index.skipped,
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    sum += a[index]! * b[index]!;
  }
  return sum;
}

/** The first row that is equal to a row in every value, which may be the row itself. */
function firstEqual(embeddings: Matrix, index: number, firstOf: Map<number, number[]>): number {
  const vector = embeddings.row(index);
  const bits = new Uint32Array(vector.buffer, vector.byteOffset, vector.length);
  let key = 0;
  for (let column = 0; column < bits.length; column++) {
    key = mix32(key ^ bits[column]!);
    key = (Math.imul(key, 5) + 0x52dce729) | 0;
  }
  const known = firstOf.get(key) ?? [];
  for (const other of known) {
    const candidate = embeddings.row(other);
    if (vector.every((value, column) => value === candidate[column])) return other;
  }
  firstOf.set(key, [...known, index]);
  return index;
}

/** The signs of `rows` hyperplanes a band, as one number each. */
function hyperplaneKeys(
  vector: Float32Array,
  rotations: readonly RandomRotation[],
  rows: number,
  keys: Uint32Array,
): void {
  keys.fill(0);
  let bit = 0;
  const bits = keys.length * rows;
  for (const rotation of rotations) {
    const rotated = rotation.rotate(vector);
    for (let index = 0; index < rotated.length && bit < bits; index++, bit++) {
      const band = Math.floor(bit / rows);
      keys[band] = (keys[band]! << 1) | (rotated[index]! > 0 ? 1 : 0);
    }
  }
}
