import { describe, expect, expectTypeOf, it } from 'vitest';
import { DataError, describeLocation, EmbedLLMError, type ErrorCode } from './errors.js';

describe('EmbedLLMError', () => {
  it('carries its code, name and cause', () => {
    const cause = new Error('disk full');
    const error = new EmbedLLMError('Writing failed.', { code: 'io', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'EmbedLLMError', code: 'io', message: 'Writing failed.' });
    expect(error.cause).toBe(cause);
    expect(new EmbedLLMError('x', { code: 'io' })).not.toHaveProperty('cause');
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
  });
});

describe('DataError', () => {
  it('puts the place before the message', () => {
    const error = new DataError('not a number', { file: 'a.csv', row: 3, field: 'label' });
    expect(error.message).toBe('a.csv, row 3, field label: not a number');
    expect(error.location).toEqual({ file: 'a.csv', row: 3, field: 'label' });
    expect(error).toBeInstanceOf(EmbedLLMError);
    expect(error).toMatchObject({ name: 'DataError', code: 'invalid-data' });
  });

  it('says nothing about an unknown place, and takes another code and a cause', () => {
    const cause = new SyntaxError('bad');
    const error = new DataError('twice', { code: 'conflicting-labels', cause });
    expect(error.message).toBe('twice');
    expect(error.code).toBe('conflicting-labels');
    expect(error.cause).toBe(cause);
  });
});

describe('describeLocation', () => {
  it('names what is known', () => {
    expect(describeLocation({})).toBe('');
    expect(describeLocation({ row: 7 })).toBe('row 7');
    expect(describeLocation({ file: 'a.csv', field: 'label' })).toBe('a.csv, field label');
  });
});
