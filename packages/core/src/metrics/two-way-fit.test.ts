import { expect, it } from 'vitest';
import { labelsOf } from '../../test/labels.js';
import { fitTwoWay } from './two-way-fit.js';
import { simulateTwoWayPool } from './two-way-pool.fixture.js';

it('is where the gradient of the posterior vanishes', () => {
  const { truth } = simulateTwoWayPool({ seed: 2, questions: 80, models: 6 });
  const { ability, probability } = fitTwoWay(truth);
  const gradient = [...ability];
  truth.forEachLabel((question, model, label) => {
    gradient[model] = gradient[model]! + probability(question, model) - label;
  });
  for (const value of gradient) expect(Math.abs(value)).toBeLessThan(0.05);
});

it('predicts what a model was not asked from the answers of others', () => {
  const truth = labelsOf([
    ...Array.from({ length: 20 }, () => [1, 1, 1] as const),
    ...Array.from({ length: 20 }, () => [0, 0, null] as const),
  ]);
  const { probability } = fitTwoWay(truth);
  expect(probability(0, 2)).toBeGreaterThan(0.8);
  expect(probability(39, 2)).toBeLessThan(0.3);
});
