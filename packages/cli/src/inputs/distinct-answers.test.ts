import { describe, expect, it } from 'vitest';
import { distinctAnswers } from './distinct-answers.js';

/** Answers as [id, text, outcome]; rows from 2, below a header. */
function distinct(
  ...answers: readonly (readonly [string | undefined, string, number])[]
): readonly (number | undefined)[] {
  const marked = answers.map(([question, prompt, outcome], index) => ({
    question,
    prompt,
    outcome,
    row: index + 2,
  }));
  const texts = answers.map(([, text]) => text);
  return distinctAnswers(marked, texts, 'a.csv').answers.map(({ row }) => row);
}

describe('distinctAnswers', () => {
  it('counts a question once, by its id or by its text', () => {
    expect(distinct(['a', 'x', 1], ['b', 'y', 0], ['a', 'x', 1])).toEqual([2, 3]);
    expect(distinct([undefined, 'x', 1], ['a', 'x', 1], [undefined, 'x', 1])).toEqual([2]);
  });

  it('keeps questions of different ids apart, though their texts are the same', () => {
    expect(distinct(['a', 'x', 1], ['b', 'x', 0])).toEqual([2, 3]);
  });

  it('refuses different outcomes of one question, naming both rows', () => {
    const message =
      'a.csv, row 4: The question "a" has the outcome 0 here, but 1 in row 2: keep one of them.';
    expect(() => distinct(['a', 'x', 1], ['b', 'y', 0], ['a', 'x', 0])).toThrow(message);
    expect(() => distinct([undefined, 'x', 1], ['a', 'x', 0.5])).toThrow(/row 3: .* in row 2/);
    expect(() => distinct(['a', 'x', 1], ['b', 'x', 0], [undefined, 'x', 1])).toThrow(/in row 3/);
  });
});
