import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { portableNormal, portableSigmoid } from './portable-random.js';

describe('portableSigmoid', () => {
  it('agrees with the definition to far below the rounding of the probabilities', () => {
    for (let z = -30; z <= 30; z += 0.037) {
      expect(Math.abs(portableSigmoid(z) - 1 / (1 + Math.exp(-z)))).toBeLessThan(1e-9);
    }
    expect(portableSigmoid(1e9)).toBeCloseTo(1, 12);
    expect(portableSigmoid(-1e9)).toBeCloseTo(0, 12);
  });
});

describe('portableNormal', () => {
  it('has mean 0, variance 1 and about the tails of a normal distribution', () => {
    const random = new Random(11);
    const draws = Array.from({ length: 20_000 }, () => portableNormal(random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(draws.length));
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
    const beyond = draws.filter((draw) => Math.abs(draw) > 1.96).length / draws.length;
    expect(beyond).toBeGreaterThan(0.044);
    expect(beyond).toBeLessThan(0.056);
  });
});
