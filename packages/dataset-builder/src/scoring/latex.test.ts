import { describe, expect, it } from 'vitest';
import { latexScorer } from './latex.js';

const scorer = latexScorer();

async function outcomeOf(answer: string, key: string): Promise<number | undefined> {
  const score = await scorer.score({ prompt: '', key, output: `So it is \\boxed{${answer}}.` });
  return score.outcome;
}

describe('latexScorer', () => {
  it.each([
    ['0.5', '\\frac12'],
    ['\\dfrac{1}{2}', '\\frac{1}{2}'],
    ['1/2', '\\frac{1}{2}'],
    ['-\\frac{3}{4}', '-0.75'],
    ['1\\frac{1}{2}', '\\frac{3}{2}'],
    ['1,000', '1000'],
    ['10{,}000', '10000'],
    ['\\$32', '32'],
    ['32\\%', '32'],
    ['90^\\circ', '90'],
    ['90^{\\circ}', '90'],
    ['5 \\text{ cm}^2', '5'],
    ['\\text{(B)}', 'B'],
    ['x=5', '5'],
    ['f(x) = 2x+1', '2x+1'],
    ['x \\in (-\\infty, 3)', '(-\\infty,3)'],
    ['\\pm 2', '2, -2'],
    ['1 \\pm \\sqrt{2}', '1+\\sqrt2, 1-\\sqrt2'],
    ['3,1', '1, 3'],
    ['\\{1, 2\\}', '\\{2,1\\}'],
    ['1 \\text{ and } 3', '3,1'],
    ['x^2+2x+1', '(x+1)^2'],
    ['\\frac{x^2-1}{x-1}', 'x+1'],
    ['\\sin^2 x + \\cos^2 x', '1'],
    ['8√2', '8\\sqrt{2}'],
    ['\\sqrt{128}', '8\\sqrt{2}'],
    ['\\frac{1}{\\sqrt{2}}', '\\frac{\\sqrt{2}}{2}'],
    ['2\\pi', 'pi*2'],
    ['e^{i\\pi}', '-1'],
    ['\\log_2 8', '3'],
    ['5!', '120'],
    ['\\binom{5}{2}', '10'],
    ['0.\\overline{3}', '\\frac13'],
    ['\\left(1, \\frac12\\right)', '(1, 0.5)'],
    ['[2, 5)', '[2,5)'],
    ['(-\\infty, 0) \\cup (1, \\infty)', '(-\\infty,0)\\cup(1,\\infty)'],
    [
      '\\begin{pmatrix} 1 \\\\ 0.5 \\end{pmatrix}',
      '\\begin{pmatrix}1\\\\\\frac{1}{2}\\end{pmatrix}',
    ],
    ['2y = 4x + 6', 'y - 2x - 3 = 0'],
    ['\\text{Evelyn}', 'Evelyn'],
    ['4 + 12 + 24 + 24 = 64', '64'],
    ['3+2i', '2i+3'],
    ['\\$5.00', '5'],
  ])('takes %s for %s', async (answer, key) => {
    expect(await outcomeOf(answer, key)).toBe(1);
  });

  it.each([
    ['\\frac{33}{20}', '11'],
    ['3^{99}', '981'],
    ['8\\sqrt{2}', '16'],
    ['12 - 6 \\cdot 2^{2/3}', '-9'],
    ['a - \\frac{1}{1-a}', '-1'],
    ['1,2', '1'],
    ['(1,2)', '(2,1)'],
    ['(1,2)', '[1,2]'],
    ['(1,2)', '(1,2]'],
    ['x^2+2x+2', '(x+1)^2'],
    ['\\frac{x^2+1}{x-1}', 'x+1'],
    ['|x|', 'x'],
    ['\\pm 2', '2'],
    ['\\pm 2', '2, -3'],
    ['1, 2, 2', '1, 2'],
    ['\\infty', '4022030'],
    ['\\begin{pmatrix} 1 & 2 \\end{pmatrix}', '\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}'],
    ['\\text{Angela}', 'Evelyn'],
    ['all positive integers', '36'],
    ['Cannot be determined from the given information', '144'],
    ['___', '5'],
    ['1.25', '1.26'],
    ['2x', '2'],
  ])('does not take %s for %s', async (answer, key) => {
    expect(await outcomeOf(answer, key)).toBe(0);
  });

  it.each([
    ['0.333', '\\frac13', 'rounded'],
    ['3.14', '\\pi', 'rounded'],
    ['x +', 'x + 1', 'cannot be read'],
    ['x^2 + y^2 = 1', 'x + y = 1', 'not multiples'],
    ['between 3 and 5 hours', '4', 'several formulas'],
  ])('leaves open whether %s is %s', async (answer, key, reason) => {
    const score = await scorer.score({ prompt: '', key, output: `\\boxed{${answer}}` });
    expect(score.outcome).toBeUndefined();
    expect(score.reason).toContain(reason);
  });

  it('survives formulas that are huge, deep or hostile', async () => {
    for (const answer of ['9^{9^{9^{9}}}', '100000000!', '{'.repeat(5000), '('.repeat(5000)]) {
      expect([0, undefined]).toContain(await outcomeOf(answer, '1'));
    }
  });
});
