import { expect, it } from 'vitest';
import { holmAdjust } from './holm.js';

it('multiplies by the hypotheses that are left, never falling', () => {
  // 0.01 x 4, 0.02 x 3, then 0.03 x 2 and 0.9 x 1.
  expect(holmAdjust([0.03, 0.01, 0.9, 0.02])).toEqual([0.06, 0.04, 0.9, 0.06]);
  expect(holmAdjust([0.5, 0.6])).toEqual([1, 1]);
  expect(holmAdjust([])).toEqual([]);
});
