import { CorrectnessMatrix, Random } from '@embedllm/core';

/** Answers drawn from a two-parameter logistic model with one ability. */
export function drawPool(
  Q: number,
  M: number,
  seed: number,
): {
  readonly correctness: CorrectnessMatrix;
  readonly intercepts: number[];
  readonly slopes: number[];
  readonly abilities: number[];
} {
  const random = new Random(seed);
  const intercepts = Array.from({ length: Q }, () => 1.5 * random.normal());
  const slopes = Array.from({ length: Q }, () => Math.exp(0.3 * random.normal()));
  const abilities = Array.from({ length: M }, () => random.normal());
  const labels = Uint8Array.from({ length: Q * M }, (_, cell) => {
    const q = Math.floor(cell / M);
    const logit = intercepts[q]! + slopes[q]! * abilities[cell % M]!;
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  const correctness = new CorrectnessMatrix({
    questions: intercepts.map((_, q) => `q${q}`),
    models: abilities.map((_, m) => `m${m}`),
    labels,
  });
  return { correctness, intercepts, slopes, abilities };
}
