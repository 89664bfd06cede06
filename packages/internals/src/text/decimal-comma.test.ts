import { expect, it } from 'vitest';
import { decimalCommaHint } from './decimal-comma.js';

it.each([
  ['0,5', '0.5'],
  [' 1,0 ', '1.0'],
  ['-12,25', '-12.25'],
  [',5', '.5'],
])('says how to write %j', (text, better) => {
  expect(decimalCommaHint(text)).toBe(` Write decimals with a point: ${better}.`);
});

it.each([
  ['0.5'],
  ['1,000'],
  ['0,5,1'],
  ['1,'],
  ['a,5'],
  ['0,5 %'],
  [''],
  [0.5],
  [undefined],
  [['0,5']],
])('says nothing of %j', (value) => {
  expect(decimalCommaHint(value)).toBe('');
});
