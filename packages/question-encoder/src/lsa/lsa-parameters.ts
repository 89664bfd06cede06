import type { Matrix } from '@embedllm/core';
import type { Vocabulary } from '../text/vocabulary.js';
import type { LsaSettings } from './lsa-settings.js';

/** What fitting finds. */
export interface LsaParameters {
  readonly settings: LsaSettings;
  readonly vocabulary: Vocabulary;
  /** Number of texts with each term, length `terms`. */
  readonly documentFrequencies: Int32Array;
  /** Right singular vectors, shape [terms, dimensions]. */
  readonly components: Matrix;
  /** From largest to smallest, length `dimensions`. */
  readonly singularValues: Float32Array;
}
