import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duration, percent } from './format-number.js';

it.each([
  [0.424, '0.42 s'],
  [9.994, '9.99 s'],
  [9.996, '10 s'],
  [119.4, '119 s'],
  [119.6, '2 min 0 s'],
  [179.7, '3 min 0 s'],
  [185.2, '3 min 5 s'],
  [3599.9, '60 min 0 s'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

it('never writes 60 seconds of a minute', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e5, noNaN: true }), (seconds) => {
      expect(duration(seconds)).not.toMatch(/min (60|\d\d\d)/);
    }),
  );
});

it('writes shares as percentages without a space, and nothing without a figure', () => {
  expect([0.8125, 1, 0, Number.NaN, undefined].map(percent)).toEqual([
    '81.3%',
    '100.0%',
    '0.0%',
    '',
    '',
  ]);
});
