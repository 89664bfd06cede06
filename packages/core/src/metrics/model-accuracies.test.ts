import { expect, it } from 'vitest';
import { labelsOf } from '../../test/labels.js';
import { modelAccuracies } from './model-accuracies.js';

it('takes for each model the questions that it has a label for', () => {
  const truth = labelsOf([
    [1, null, 0, 1],
    [0, null, 1, null],
    [1, null, 1, null],
  ]);
  expect([...modelAccuracies(truth)]).toEqual([2 / 3, Number.NaN, 2 / 3, 1]);
});
