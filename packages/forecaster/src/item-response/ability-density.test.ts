import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { AbilityDensity, type NormalPart } from './ability-density.js';
import { type AbilityPrior, abilityPriorOf } from './ability-prior.js';

/** A pool of 20 models with two abilities, of which the first counts most in both benchmarks. */
function drawPrior(seed: number): AbilityPrior {
  const random = new Random(seed);
  const M = 20;
  const modes = Float64Array.from({ length: 2 * M }, (_, cell) =>
    cell % 2 === 0 ? random.normal() : 0.5 * random.normal(),
  );
  const means = Float64Array.of(0, 1, 0.2, -1, 1.5, 0, 1, 0.8, 0.4);
  const items = { count: 3, dimensions: 2, means, covariances: new Float64Array(27) };
  return abilityPriorOf({
    modes,
    covariances: new Float64Array(4 * M),
    items,
    benchmarkOf: Int32Array.of(0, 0, 1),
  });
}

function normalDensity({ mean, precision }: NormalPart, point: readonly number[]): number {
  const [a = 0, b = 0, , d = 0] = [precision[0], precision[1], precision[3], precision[4]];
  const [x, y, z] = mean.map((value, i) => point[i]! - value);
  const square = a * x! ** 2 + 2 * b * x! * y! + d * y! ** 2 + z! ** 2;
  return Math.sqrt(a * d - b * b) * Math.exp(-0.5 * square);
}

describe('AbilityDensity', () => {
  it('is a mixture of kernels on the models, a stronger part and a broad part', () => {
    const prior = drawPrior(1);
    const density = new AbilityDensity(prior);
    const parts = density.parts();
    const [pool, stronger, broad] = parts as [NormalPart, NormalPart, NormalPart];
    const kernels = Array.from({ length: 20 }, (_, m): NormalPart => {
      const mean = pool.mean.map((value, i) => value + (i < 2 ? prior.centres[2 * m + i]! : 0));
      const precision = pool.precision.map((value, cell) =>
        cell === 8 ? value : value / prior.bandwidth ** 2,
      );
      return { mean, precision };
    });
    const random = new Random(2);
    const differences = Array.from({ length: 50 }, () => {
      const point = [3 * random.normal(), 3 * random.normal(), random.normal()];
      const slow =
        0.6 * kernels.reduce((sum, kernel) => sum + normalDensity(kernel, point) / 20, 0) +
        0.3 * normalDensity(stronger, point) +
        0.1 * normalDensity(broad, point);
      return density.log(Float64Array.from(point), 0) - Math.log(slow);
    });
    for (const difference of differences) expect(difference).toBeCloseTo(differences[0]!, 9);
  });

  it('expects models above the pool sooner than below it, and says which are outside', () => {
    const prior = drawPrior(3);
    const density = new AbilityDensity(prior);
    const at = (deviations: number) =>
      Float64Array.from([...prior.mean.map((x, i) => x + deviations * prior.general[i]!), 0]);
    expect(density.log(at(4), 0)).toBeGreaterThan(density.log(at(-4), 0) + 1);
    expect(density.isOutside(at(0), 0)).toBe(false);
    expect(density.isOutside(at(4), 0)).toBe(true);
    expect(density.isOutside(at(-4), 0)).toBe(true);
  });
});
