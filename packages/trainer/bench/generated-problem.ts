import { CorrectnessMatrix, Matrix, Random } from '@embedllm/core';
import type { LabelledSet } from '../src/index.js';

/** Latent dimensions of the truth. */
const LATENT = 12;

/**
 * Questions of unit length whose labels are drawn from a model of rank 12 with intercepts:
 * seeded, so that every run of a benchmark works on the same numbers. `part` gives another
 * sample of questions for the same models.
 */
export function generateProblem(options: {
  questions: number;
  dimensions: number;
  models: number;
  part?: number;
}): LabelledSet {
  const { questions, dimensions: D, models: M, part = 0 } = options;
  const truth = new Random(1);
  const draw = (random: Random, count: number): Float32Array =>
    Float32Array.from({ length: count }, () => random.normal());
  const basis = draw(truth, LATENT * D);
  const skills = draw(truth, M * LATENT);
  const abilities = draw(truth, M);
  const random = new Random(100 + part);
  const embeddings = new Matrix(questions, D);
  const labels = new Uint8Array(questions * M);
  for (let question = 0; question < questions; question++) {
    const topic = draw(random, LATENT);
    const row = embeddings.row(question);
    let square = 0;
    for (let j = 0; j < D; j++) {
      let value = random.normal();
      for (let k = 0; k < LATENT; k++) value += topic[k]! * basis[k * D + j]!;
      row[j] = value;
      square += value * value;
    }
    for (let j = 0; j < D; j++) row[j]! /= Math.sqrt(square);
    const norm = Math.sqrt(topic.reduce((sum, value) => sum + value * value, 0));
    for (let model = 0; model < M; model++) {
      let z = abilities[model]!;
      for (let k = 0; k < LATENT; k++) z += (2 * topic[k]! * skills[model * LATENT + k]!) / norm;
      labels[question * M + model] = random.uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
    }
  }
  const names = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const correctness = new CorrectnessMatrix({
    questions: names(`p${part}q`, questions),
    models: names('m', M),
    labels,
  });
  return { embeddings, correctness };
}
