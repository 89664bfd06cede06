import type { Matrix } from '@embedllm/core';
import type { LabelledSet } from '../direct/labelled-set.js';

/** Embeddings of some questions, and the category that each is of. */
export interface CategorizedEmbeddings {
  /** Question embeddings, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** The category of each question, such as its benchmark, length Q. */
  readonly categories: readonly string[];
}

/** Questions with labels, and their categories. */
export interface CategorizedSet extends LabelledSet, CategorizedEmbeddings {}
