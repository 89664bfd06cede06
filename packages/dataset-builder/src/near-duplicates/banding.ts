import { EmbedLLMError } from '@embedllm/core';

/** How hashes are arranged in bands, with what follows from it. */
export interface Banding {
  /** b, the number of bands. */
  readonly bands: number;
  /** r, hashes (or bits) in a band; two items are compared if some band is equal in all of them. */
  readonly rows: number;
  /**
   * The probability that a pair exactly at the threshold is in no common band, (1 - p^r)^b, where p
   * is the probability that one hash agrees; pairs above it are missed less often.
   */
  readonly missProbability: number;
}

/**
 * The most rows in a band, hence the fewest comparisons, at which pairs at the threshold are missed
 * with at most the given probability, and no more bands than that takes (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
 *
 * @param agreement - p, the probability that one hash of a pair at the threshold agrees, in (0, 1].
 * @param hashes - b r may be at most this.
 * @throws EmbedLLMError `invalid-argument` when even bands of one row miss more.
 */
export function chooseBanding(
  agreement: number,
  hashes: number,
  missProbability: number,
  maxRows = 32,
): Banding {
  for (let rows = Math.min(maxRows, hashes); rows >= 1; rows--) {
    const equal = agreement ** rows;
    const bands = equal === 1 ? 1 : Math.ceil(Math.log(missProbability) / Math.log1p(-equal));
    if (bands * rows <= hashes) return { bands, rows, missProbability: (1 - equal) ** bands };
  }
  throw new EmbedLLMError(
    `${hashes} hashes miss pairs at this threshold with a probability above ${missProbability}. Raise the threshold, the number of hashes or missProbability.`,
    { code: 'invalid-argument' },
  );
}

/**
 * Items by the bands that they share with earlier ones. Each band keeps its items in chains of equal
 * key; an item is compared with at most `maxNeighbours` earlier ones of a chain, so that the work is
 * O(N b maxNeighbours) even where all items share a band.
 */
export class BandIndex {
  /** Candidate pairs that were not given out because a chain was longer than allowed. */
  skipped = 0;
  readonly #maxNeighbours: number;
  readonly #latest: Map<number, number>[];
  /** For each band, the item before each item in its chain, or -1. */
  readonly #before: Int32Array[];
  /** For each band, how many items are before each item in its chain. */
  readonly #depth: Int32Array[];
  readonly #seenBy: Int32Array;

  constructor(items: number, bands: number, maxNeighbours: number) {
    this.#maxNeighbours = maxNeighbours;
    this.#latest = Array.from({ length: bands }, () => new Map());
    this.#before = Array.from({ length: bands }, () => new Int32Array(items));
    this.#depth = Array.from({ length: bands }, () => new Int32Array(items));
    this.#seenBy = new Int32Array(items).fill(-1);
  }

  /** Adds an item by the key of each of its bands, and calls back with each earlier candidate once. */
  add(item: number, keys: ArrayLike<number>, onCandidate: (earlier: number) => void): void {
    for (let band = 0; band < this.#latest.length; band++) {
      const latest = this.#latest[band] as Map<number, number>;
      const before = this.#before[band] as Int32Array;
      const depth = this.#depth[band] as Int32Array;
      const key = keys[band]!;
      const last = latest.get(key) ?? -1;
      before[item] = last;
      depth[item] = last < 0 ? 0 : depth[last]! + 1;
      latest.set(key, item);
      let other = last;
      for (let step = 0; other >= 0 && step < this.#maxNeighbours; step++) {
        if (this.#seenBy[other] !== item) {
          this.#seenBy[other] = item;
          onCandidate(other);
        }
        other = before[other]!;
      }
      if (other >= 0) this.skipped += depth[other]! + 1;
    }
  }
}
