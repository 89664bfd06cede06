import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmbedLLMError } from '../errors/errors.js';
import {
  checkInteger,
  checkIntegers,
  checkNumber,
  checkNumbers,
  describeRange,
} from './number-range.js';

/** What a check says of a value; empty where it takes it. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(EmbedLLMError);
    expect(error).toMatchObject({ code: 'invalid-argument' });
    return String(Reflect.get(Object(error), 'message'));
  }
  return '';
}

describe('checks of numbers', () => {
  it('give back what is within the bounds, those of a closed range included', () => {
    expect(checkInteger('count', 1, { min: 1, max: 3 })).toBe(1);
    expect(checkInteger('count', 3, { min: 1, max: 3 })).toBe(3);
    expect(checkNumber('share', 1, { above: 0, max: 1 })).toBe(1);
    expect(checkNumber('any', -1.5)).toBe(-1.5);
    expect(checkNumber('left out', undefined, { optional: true })).toBeUndefined();
    expect(checkNumbers('shares', [0.5, 1], { above: 0 })).toEqual([0.5, 1]);
    expect(checkIntegers('ranks', [0, 4], { min: 0 })).toEqual([0, 4]);
  });

  it('name the option, the range and the value', () => {
    expect(refusal(() => checkInteger('count', 0, { min: 1 }))).toBe(
      '`count` must be an integer of at least 1, but is 0.',
    );
    expect(refusal(() => checkInteger('count', 1.5, { min: 1, max: 9 }))).toBe(
      '`count` must be an integer from 1 to 9, but is 1.5.',
    );
    expect(refusal(() => checkNumber('The size', 0, { above: 0, max: 1 }))).toBe(
      'The size must be a number above 0 and at most 1, but is 0.',
    );
    expect(refusal(() => checkNumber('rate', 1, { min: 0, below: 1 }))).toBe(
      '`rate` must be a number from 0 to below 1, but is 1.',
    );
    expect(refusal(() => checkNumbers('shares', [0.5, 2], { min: 0, max: 1 }))).toBe(
      '`shares` must be a list of one or more numbers from 0 to 1, but is [0.5, 2].',
    );
    expect(refusal(() => checkIntegers('ranks', [], { min: 0 }))).toBe(
      '`ranks` must be a list of one or more integers of at least 0, but is [].',
    );
    expect(describeRange('a number', { above: 0, below: 1 })).toBe('a number above 0 and below 1');
    expect(describeRange('a number', {})).toBe('a number');
  });

  it('refuse what is not finite, not a number or too large to be an exact integer', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '3', null, undefined]) {
      const given = value as number; // as callers without types may do
      expect(refusal(() => checkNumber('x', given))).toBe(
        `\`x\` must be a number, but is ${value === '3' ? '"3"' : String(value)}.`,
      );
      expect(refusal(() => checkInteger('x', given, { min: 0 }))).not.toBe('');
    }
    expect(refusal(() => checkInteger('x', 2 ** 53))).not.toBe('');
  });

  it('refuse one number where a list is needed, and show texts in quotes', () => {
    const one: unknown = 1;
    expect(refusal(() => checkNumbers('ridges', one as number[], { above: 0 }))).toBe(
      '`ridges` must be a list of one or more numbers above 0, but is 1.',
    );
    const texts: unknown = ['1'];
    expect(refusal(() => checkIntegers('ranks', texts as number[]))).toBe(
      '`ranks` must be a list of one or more integers, but is ["1"].',
    );
  });

  it('take exactly the numbers of the range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.double(), (min, max, value) => {
        const isIn = value >= min && value <= max;
        expect(refusal(() => checkNumber('x', value, { min, max })) === '').toBe(isIn);
        const isInteger = isIn && Number.isInteger(value);
        expect(refusal(() => checkInteger('x', value, { min, max })) === '').toBe(isInteger);
      }),
    );
  });
});
