import { describe, expect, it } from 'vitest';
import { names, numbers } from './option-types.js';

describe('names', () => {
  it('are between commas, or of an option that is repeated', () => {
    expect(names('c', names('a, b', undefined))).toEqual(['a', 'b', 'c']);
    expect(names('a,,b,', undefined)).toEqual(['a', 'b']);
  });

  it('may have commas and quotes in double quotes', () => {
    expect(names('"a, b"', undefined)).toEqual(['a, b']);
    expect(names('c, "a, ""b""" ,d', undefined)).toEqual(['c', 'a, "b"', 'd']);
  });

  it('keep quotes that do not enclose them', () => {
    expect(names('the "best",13"', undefined)).toEqual(['the "best"', '13"']);
    expect(names('"half, open', undefined)).toEqual(['"half', 'open']);
  });

  it('are at least one', () => {
    expect(() => names(' , ', undefined)).toThrow('It must name at least one.');
    expect(() => names('""', undefined)).toThrow('It must name at least one.');
  });
});

describe('numbers', () => {
  it('are read one by one', () => {
    expect(numbers(Number)('1, 2,3', undefined)).toEqual([1, 2, 3]);
  });
});
