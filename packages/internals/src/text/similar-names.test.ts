import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, similarNames } from './similar-names.js';

describe('editDistance', () => {
  it('counts insertions, deletions and replacements', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('is a metric', () => {
    const text = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(editDistance(a, c) + editDistance(c, b));
      }),
    );
  });
});

describe('similarNames', () => {
  it('finds typing errors, parts of names and other case', () => {
    const names = ['gpt-4o', 'gpt-4o-mini', 'claude-3-opus', 'GPT-4'];
    expect(similarNames('gtp-4o', names)).toEqual(['gpt-4o', 'GPT-4']);
    expect(similarNames('opus', names)).toEqual(['claude-3-opus']);
    expect(similarNames('gpt-4', names)[0]).toBe('GPT-4');
    expect(similarNames('', names)).toEqual([]);
    expect(similarNames('m', names)).toEqual([]);
  });

  it('finds a mistyped beginning of a long name, and nothing for an unlike one', () => {
    const names = ['o1-mini-2024-09-12', 'gpt-4o-mini-2024-07-18', 'o3'];
    expect(similarNames('o1-minni', names)).toEqual(['o1-mini-2024-09-12']);
    expect(similarNames('gpt-4o-mni', names)[0]).toBe('gpt-4o-mini-2024-07-18');
    expect(similarNames('something else', names)).toEqual([]);
  });
});
