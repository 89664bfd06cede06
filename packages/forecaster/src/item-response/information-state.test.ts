import { Random } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { abilityPosterior } from './ability-posterior.js';
import { abilityPriorOf } from './ability-prior.js';
import { InformationState } from './information-state.js';

const QUESTIONS = 12;
const BENCHMARKS = 3;

/** What is left to learn of a model with two abilities that answered the first two questions. */
function drawState(seed: number, targets: readonly number[]): InformationState {
  const random = new Random(seed);
  const items = {
    count: QUESTIONS,
    dimensions: 2,
    means: Float64Array.from({ length: 3 * QUESTIONS }, () => random.normal()),
    covariances: new Float64Array(9 * QUESTIONS),
  };
  const benchmarkOf = Int32Array.from({ length: QUESTIONS }, (_, q) => q % BENCHMARKS);
  const prior = abilityPriorOf({
    modes: Float64Array.from({ length: 16 }, () => random.normal()),
    covariances: new Float64Array(4 * 8),
    items,
    benchmarkOf,
  });
  const observed = { questions: Int32Array.of(0, 1), labels: Uint8Array.of(1, 0) };
  return new InformationState({
    items,
    posterior: abilityPosterior({ items, prior, observed, draws: 16, seed }),
    benchmarkOf,
    answered: new Set([0, 1]),
    targets,
    totals: new Int32Array(BENCHMARKS).fill(QUESTIONS / BENCHMARKS),
  });
}

describe('InformationState', () => {
  it('gains on several benchmarks what it gains on each, before and after answers', () => {
    const all = drawState(1, [0, 1, 2]);
    const single = [0, 1, 2].map((target) => drawState(1, [target]));
    for (const asked of [5, 9, 2]) {
      for (let q = 2; q < QUESTIONS; q++) {
        const sum = single.reduce((total, state) => total + state.gain(q), 0);
        expect(all.gain(q)).toBeCloseTo(sum, 12);
      }
      for (const state of [all, ...single]) state.ask(asked);
    }
  });

  it('gains less from a question once a similar one is asked', () => {
    const state = drawState(2, [0]);
    const before = state.gain(4);
    state.ask(4);
    expect(state.gain(4)).toBeLessThan(before);
    expect(state.gain(4)).toBeGreaterThan(0);
  });
});
