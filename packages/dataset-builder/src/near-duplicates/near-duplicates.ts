import type { Banding } from './banding.js';

/** Two texts that are alike, by index. */
export interface NearDuplicatePair {
  readonly first: number;
  /** Larger than `first`. */
  readonly second: number;
  /** Jaccard index of their shingles, or cosine of their embeddings; 1 where they are the same. */
  readonly similarity: number;
}

/** What is alike. */
export interface NearDuplicates extends Banding {
  /** What `similarity` is: the Jaccard index of shingles, or the cosine of embeddings. */
  readonly measure: 'jaccard' | 'cosine';
  /**
   * Ascending by `second`, then `first`. Of texts that are the same, each is only paired with the
   * first of them, which stands for all in other pairs.
   */
  readonly pairs: readonly NearDuplicatePair[];
  /** The first text that is the same, for each; its own index where there is none before it. */
  readonly sameAs: Uint32Array;
  /**
   * The group of each text, numbered from 0 by first appearance: texts that pairs lead to, over
   * others too, are in one.
   */
  readonly groups: Uint32Array;
  readonly threshold: number;
  /** Pairs whose similarity was computed. */
  readonly compared: number;
  /** Candidates that were not compared because of `maxNeighbours`. */
  readonly skipped: number;
}
