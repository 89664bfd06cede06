import { expect, it } from 'vitest';
import { printable } from './printable.js';

it('keeps texts of files from steering the terminal', () => {
  expect(printable('a\u001B[31mred\u0007\nb')).toBe('a\uFFFD[31mred\uFFFD b');
  expect(printable('left\u202Eright')).toBe('left\uFFFDright');
  expect(printable('long text', 5)).toBe('long…');
});
