import { describe, expect, it } from 'vitest';
import { exampleTitles } from './example-list.js';

const example = (benchmark: string, prompt: string) => ({ benchmark, prompt, labels: [] });

describe('exampleTitles', () => {
  it('leaves out a long beginning that all questions of a benchmark share', () => {
    const instruction = 'You are given a function and an input. Complete it: ';
    expect(
      exampleTitles([
        example('code', `${instruction}f(1)`),
        example('code', `${instruction}f(2)\n  or g`),
        example('other', 'Something else.'),
      ]),
    ).toEqual(['… f(1)', '… f(2) or g', 'Something else.']);
  });

  it('keeps short shared beginnings, equal texts and single questions whole', () => {
    expect(exampleTitles([example('a', 'What is 2 + 2?'), example('a', 'What is 3 + 3?')])).toEqual(
      ['What is 2 + 2?', 'What is 3 + 3?'],
    );
    const long = 'The very same words stand in both of them.';
    expect(exampleTitles([example('a', long), example('a', long)])[0]).toContain('of them.');
    expect(exampleTitles([example('a', long)])).toEqual([long]);
  });

  it('cuts what is too long', () => {
    expect(exampleTitles([example('a', 'x'.repeat(300))])[0]?.length).toBeLessThan(80);
  });
});
