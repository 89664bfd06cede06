import type { Question } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { inspectTexts } from './category-texts.js';

function questionsOf(category: string, prompts: readonly string[]): Question[] {
  return prompts.map((prompt, index) => ({ id: `${category}/${index}`, category, prompt }));
}

describe('inspectTexts', () => {
  it('finds nothing where every question of a category has a text of its own', () => {
    const same = [...questionsOf('a', ['x', 'y']), ...questionsOf('b', ['x', 'y'])];
    expect(inspectTexts(same)).toEqual([]);
  });

  it('counts the questions that share a text or have none, by category, with an example', () => {
    const copa = questionsOf('copa', ['cause', 'effect', 'cause', ' cause\n', 'effect', 'own', '']);
    expect(inspectTexts([...copa, ...questionsOf('fine', ['x'])])).toEqual([
      {
        category: 'copa',
        questions: 7,
        withoutText: 1,
        sharingText: 5,
        reordered: 0,
        example: { excerpt: 'cause', count: 3, questionIds: ['copa/0', 'copa/2', 'copa/3'] },
      },
    ]);
  });

  it('counts texts that differ only in the order of their choices', () => {
    const texts = ['Which?\nA. x\nB. y', 'Which?\nA. y\nB. x', 'Which?\n(A) x\n(B) z'];
    expect(inspectTexts(questionsOf('t', texts))).toMatchObject([
      { questions: 3, sharingText: 0, reordered: 2, example: undefined },
    ]);
  });

  it('shortens a long text to one line', () => {
    const [found] = inspectTexts(questionsOf('t', Array(2).fill(`a\n${'b'.repeat(500)}`)));
    expect(found?.example?.excerpt).toMatch(/^a b{77}…$/);
  });
});
