import { createHash } from 'node:crypto';
import type { EvaluationDataset } from '@embedllm/core';

/** SHA-256 in hexadecimal over question texts, model names and labels: equal data, equal fingerprint. */
export function fingerprintDataset({ questions, models, correctness }: EvaluationDataset): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(models.map(({ name }) => name)));
  questions.forEach(({ id, prompt, category }, question) => {
    hash.update(JSON.stringify([id, prompt, category]));
    hash.update(correctness.row(question));
  });
  return `sha256:${hash.digest('hex')}`;
}
