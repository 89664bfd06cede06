import { describe, expect, it } from 'vitest';
import { tokenize } from './tokenize.js';

describe('tokenize', () => {
  it('separates words, numbers and symbols', () => {
    expect(tokenize('What is 12+3?')).toEqual(['what', 'is', '12', '+', '3', '?']);
    expect(tokenize('f(x_1) = \\frac{1}{2}')).toEqual([
      'f',
      '(',
      'x',
      '_',
      '1',
      ')',
      '=',
      '\\',
      'frac',
      '{',
      '1',
      '}',
      '{',
      '2',
      '}',
    ]);
  });

  it('folds case and compatibility forms', () => {
    expect(tokenize('ＡＢＣ ﬁne x²')).toEqual(['abc', 'fine', 'x', '2']);
  });

  it('keeps marks with their letter, composed or not', () => {
    expect(tokenize('cafe\u0301')).toEqual(tokenize('caf\u00e9'));
    expect(tokenize('हिन्दी में')).toEqual(['हिन्दी', 'में']);
  });

  it('gives one token a character in scripts without spaces', () => {
    expect(tokenize('二次方程')).toEqual(['二', '次', '方', '程']);
    expect(tokenize('x是数')).toEqual(['x', '是', '数']);
  });

  it('gives no token for nothing, spaces, controls and lone surrogates', () => {
    for (const text of ['', ' \n\t\u2028', '\u0000\u0007', '\ud800']) {
      expect(tokenize(text)).toEqual([]);
    }
  });

  it('never puts white space into a token', () => {
    const everything = Array.from({ length: 0x3100 }, (_, code) => String.fromCharCode(code)).join(
      'a',
    );
    for (const token of tokenize(everything)) expect(token).not.toMatch(/\s/);
  });
});
