import { Random } from '@embedllm/core';
import { mix32 } from './shingles.js';

/**
 * MinHash (Broder, 1997): of each set the least value under k hash functions. Two sets agree in one
 * of them with the probability of their Jaccard index J; the share of agreement estimates J with
 * standard error sqrt(J (1 - J) / k).
 */
export class MinHasher {
  readonly #seeds: Uint32Array;
  readonly #signature: Uint32Array;

  /** @param count - k. */
  constructor(count: number, seed: number) {
    const random = new Random(seed);
    this.#seeds = Uint32Array.from({ length: count }, () => random.uint32());
    this.#signature = new Uint32Array(count);
  }

  /** The signature, length k; overwritten by the next call. O(k n) for a set of n. */
  sign(set: Uint32Array): Uint32Array {
    const signature = this.#signature;
    for (let index = 0; index < signature.length; index++) {
      const seed = this.#seeds[index]!;
      let least = 0xffffffff;
      for (let element = 0; element < set.length; element++) {
        const hash = mix32(set[element]! ^ seed) >>> 0;
        if (hash < least) least = hash;
      }
      signature[index] = least;
    }
    return signature;
  }
}

/** One number for each band of a signature. */
export function bandKeys(signature: Uint32Array, rows: number, keys: Uint32Array): void {
  for (let band = 0; band < keys.length; band++) {
    let key = band;
    for (let row = 0; row < rows; row++) {
      key = mix32(key ^ signature[band * rows + row]!);
      key = (Math.imul(key, 5) + 0x52dce729) | 0;
    }
    keys[band] = key;
  }
}
