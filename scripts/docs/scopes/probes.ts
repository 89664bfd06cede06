// What probes start from: data that can be trained on again, and answers of a supposed model.
import type { Train } from '@embedllm/probes';
import { trainDirect } from '@embedllm/trainer';
import { categories, correctness, embeddings, split } from './pool.js';

const claimed = correctness.models.indexOf('qwen-72b');

export const data = { embeddings, correctness, categories, split };
export const train: Train = async ({ embeddings: rows, correctness: labels, dimensions }) => {
  const { model } = await trainDirect({
    train: { embeddings: rows, correctness: labels },
    ridges: [1],
    poolings: [0.5],
    ranks: [dimensions ?? 2],
  });
  return model;
};
export const answers = correctness.questions.flatMap((question, q) => {
  const label = correctness.get(q, claimed);
  return label === undefined ? [] : [{ question, outcome: label }];
});
export const rerun = answers.map(({ question, outcome }, index) => ({
  question,
  outcome: index % 20 === 0 ? 1 - outcome : outcome,
}));
const start = { embeddings, correctness, validation: undefined, dimensions: 2, signal: undefined };
export const first = await train({ ...start, seed: 0 });
export const second = await train({ ...start, seed: 1 });
