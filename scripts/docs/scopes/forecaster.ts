// What forecasts start from: a fitted pool and the answers of a model that it does not hold.
import { fitItemResponse } from '@embedllm/forecaster';
import { categories, correctness, embeddings, questions } from './pool.js';

const newcomer = correctness.modelCount - 1;
const known = correctness.selectModels([...correctness.models.keys()].slice(0, newcomer));
const asked = [...questions.keys()].filter((q) => q % 6 === 0);

export { writeFile } from 'node:fs/promises';
export const pool = await fitItemResponse({
  correctness: known,
  categories,
  embeddings,
  dimensions: 1,
});
export const responses = asked.flatMap((q) => {
  const label = correctness.get(q, newcomer);
  return label === undefined
    ? []
    : [{ question: correctness.questions[q] as string, outcome: label }];
});
/** Answers of two models to the same questions. */
export const answers: Array<[boolean, boolean]> = asked.map((q) => [
  correctness.get(q, 0) === 1,
  correctness.get(q, 1) === 1,
]);
export const documents = new Map(
  questions.map(({ id, category }) => [id, { task: category, docId: Number(id.split('/')[1]) }]),
);
export const next = responses.slice(0, 3).map(({ question }) => question);
