import { createHash } from 'node:crypto';
import { type EvaluationDataset, MISSING } from '@embedllm/core';
import type { StoreImportOptions } from './import-options.js';
import type { ImportTarget } from './import-source.js';
import { scoresTarget } from './scores-target.js';

/** A dataset in memory as something to import. */
export function datasetTarget(
  { questions, models, correctness }: EvaluationDataset,
  options: StoreImportOptions & { readonly name: string },
): ImportTarget {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([questions, models])).update(correctness.labels);
  const each = (add: (question: number, model: number, score: number) => void): void => {
    questions.forEach((_, question) => {
      correctness.row(question).forEach((label, model) => {
        if (label !== MISSING) add(question, model, label);
      });
    });
  };
  const { name } = options;
  return scoresTarget({ name, questions, models, sha256: hash.digest('hex'), each }, options);
}
