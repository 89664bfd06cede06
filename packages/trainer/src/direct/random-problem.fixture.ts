import { CorrectnessMatrix, Matrix, MISSING, Random } from '@embedllm/core';
import type { LabelledSet } from './labelled-set.js';

/** Labels drawn from a random low-rank model, some of them missing. */
export function randomProblem(options: {
  seed: number;
  questions: number;
  models: number;
  dimensions: number;
  missing?: number;
}): LabelledSet {
  const { seed, questions, models, dimensions, missing = 0.2 } = options;
  // The truth depends on nothing but the sizes, so that two seeds are two samples of one pool.
  const truth = new Random(models * 1000 + dimensions);
  const directions = Array.from({ length: models }, () =>
    Float64Array.from({ length: dimensions }, () => truth.normal()),
  );
  const random = new Random(seed);
  const embeddings = new Matrix(questions, dimensions);
  const labels = new Uint8Array(questions * models);
  for (let question = 0; question < questions; question++) {
    const row = embeddings.row(question);
    for (let j = 0; j < dimensions; j++) row[j] = random.normal() + 0.3;
    directions.forEach((direction, model) => {
      const z = direction.reduce((sum, weight, j) => sum + weight * row[j]!, 0.4);
      const isMissing = random.uniform() < missing;
      const isCorrect = random.uniform() < 1 / (1 + Math.exp(-z));
      labels[question * models + model] = isMissing ? MISSING : isCorrect ? 1 : 0;
    });
  }
  const names = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return {
    embeddings,
    correctness: new CorrectnessMatrix({
      questions: names(`s${seed}q`, questions),
      models: names('m', models),
      labels,
    }),
  };
}
