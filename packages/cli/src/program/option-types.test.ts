import { describe, expect, it } from 'vitest';
import { integer, names, number, numbers, scale } from './option-types.js';

describe('names', () => {
  it('come from a comma-separated value or a repeated option', () => {
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

  it('must not be empty', () => {
    expect(() => names(' , ', undefined)).toThrow('It must name at least one.');
    expect(() => names('""', undefined)).toThrow('It must name at least one.');
  });
});

describe('numbers', () => {
  it('are parsed one by one', () => {
    expect(numbers(Number)('1, 2,3', undefined)).toEqual([1, 2, 3]);
  });
});

describe('decimal commas', () => {
  it('are refused with a word on how to write decimals', () => {
    const hint = 'Write decimals with a point: 0.5.';
    expect(() => number({ min: 0, max: 1 })('0,5')).toThrow(
      `It must be a number from 0 to 1. ${hint}`,
    );
    expect(() => scale('0..0,5')).toThrow(hint);
    expect(() => scale('0,5..1')).toThrow(hint);
    expect(() => number()('half')).toThrow(/^It must be a number\.$/);
    expect(() => integer()('0,5')).toThrow(/^It must be an integer\.$/);
  });
});
