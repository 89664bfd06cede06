import { createHash } from 'node:crypto';
import type { EvaluationDataset } from '@embedllm/core';
import type { StoreImportOptions } from './import-options.js';
import type { ImportTarget } from './import-source.js';
import { scoresTarget } from './scores-target.js';

/** Questions whose labels are hashed at once. */
const HASHED_ROWS = 4096;

/** A dataset in memory as something to import. */
export function datasetTarget(
  { questions, models, correctness }: EvaluationDataset,
  options: StoreImportOptions & { readonly name: string },
): ImportTarget {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([questions, models]));
  for (let start = 0; start < questions.length; start += HASHED_ROWS) {
    hash.update(correctness.tile(start, Math.min(start + HASHED_ROWS, questions.length)));
  }
  const each = (add: (question: number, model: number, score: number) => void): void => {
    correctness.forEachLabel(add);
  };
  const { name } = options;
  return scoresTarget({ name, questions, models, sha256: hash.digest('hex'), each }, options);
}
