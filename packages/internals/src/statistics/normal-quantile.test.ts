import { expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile.js';

it.each([
  [0.5, 0],
  [0.9, 1.2815516],
  [0.95, 1.6448536],
  [0.975, 1.959964],
  [0.999999, 4.753424],
  [1e-12, -7.034484],
])('is that of tables at %s', (probability, quantile) => {
  expect(normalQuantile(probability)).toBeCloseTo(quantile, 5);
  expect(normalQuantile(1 - probability)).toBeCloseTo(-quantile, 3);
});
