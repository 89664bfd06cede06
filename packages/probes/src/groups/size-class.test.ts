import { EmbedLLMError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { sizeClass } from './size-class.js';

describe('sizeClass', () => {
  it('names the range that a size falls into, its lower end included', () => {
    expect([0.5, 10, 39, 40, 405].map((size) => sizeClass(size))).toEqual([
      '<10B',
      '10-40B',
      '10-40B',
      '40-100B',
      '>=100B',
    ]);
    expect(sizeClass(7, [7])).toBe('>=7B');
    expect(sizeClass(undefined)).toBeUndefined();
  });

  it.each([
    [-1, [10]],
    [Number.NaN, [10]],
    [1, []],
    [1, [10, 10]],
    [1, [0, 10]],
  ])('refuses size %d with bounds %j', (size, bounds) => {
    expect(() => sizeClass(size, bounds)).toThrow(EmbedLLMError);
  });
});
