import { lastLine, statedAnswers, textForm, withoutReasoning } from '@embedllm/internals';
import { compareMath } from './compare-math.js';
import { loadMathEngine } from './math-engine.js';
import { normalizeLatex } from './normalize-latex.js';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/** Bounds what taking an answer apart can take. */
const LONGEST = 1000;
/** Words, other than names of functions and commands. */
const WORD = /(?<![\\a-zA-Z])[a-zA-Z]{3,}/g;
const FUNCTIONS =
  /^(?:a?r?c?(?:sin|cos|tan|cot|sec|csc)h?|ln|log|exp|sqrt|lim|max|min|mod|det|gcd|lcm|frac|pmatrix|bmatrix|vmatrix|matrix)$/;

/**
 * Scores formulas of LaTeX, and numbers and plain words among them, by what they mean: `\frac12` is
 * `0.5`, `(x+1)^2` is `x^2+2x+1`, `x=5` is `5`, `\pm 2` is `2, -2`. The key is LaTeX.
 *
 * What counts as the answer is the last statement (`\boxed{...}`, "The answer is …"), else the last
 * line. Formulas are compared by their values at several points with `@cortex-js/compute-engine`, an
 * optional peer; without it only numbers and equal texts are decided. What cannot be decided is
 * undecided: what cannot be read, what is longer than 1,000 characters, a decimal fraction that may be the key rounded.
 */
export function latexScorer(): Scorer {
  return {
    id: 'latex',
    version: 1,
    instruction: 'Finish with the answer alone in \\boxed{}.',
    score: async ({ output, key }): Promise<Score> => {
      if (key === undefined) return NO_KEY;
      const answer = statedAnswers(output)[0]?.text ?? lastLine(withoutReasoning(output));
      if (answer.length > LONGEST) return { reason: 'The answer is too long for a formula.' };
      const [found, right] = [normalizeLatex(answer), normalizeLatex(key)];
      const said = { answer };
      if (found === '' || /^_+$/.test(found)) {
        return { outcome: 0, ...said, reason: 'The output has no answer.' };
      }
      if (textForm(found) === textForm(right)) {
        return { outcome: 1, ...said, reason: 'The answer is the key.' };
      }
      if (wordsIn(right) > 0) {
        return { outcome: 0, ...said, reason: `The answer is not the text ${key}.` };
      }
      const words = wordsIn(found);
      if (words > 0 && !/\d/.test(found)) {
        return { outcome: 0, ...said, reason: 'The answer is in words, but the key is a formula.' };
      }
      const formula = words > 0 ? withoutWords(found) : found;
      if (formula === undefined)
        return { ...said, reason: 'The answer is a text with several formulas.' };
      const { equal, reason } = compareMath(formula, right, await loadMathEngine());
      if (equal === undefined) return { ...said, reason: reason ?? 'Undecidable.' };
      const verdict = equal ? 'equals' : 'does not equal';
      return { outcome: equal ? 1 : 0, ...said, reason: `The answer ${verdict} the key ${key}.` };
    },
  };
}

function wordsIn(latex: string): number {
  const words = latex.match(WORD) ?? [];
  return words.filter((word) => !FUNCTIONS.test(word)).length;
}

/** The only formula of a text, such as the 5 of "5 apples"; `undefined` where there are several. */
function withoutWords(text: string): string | undefined {
  const parts = text
    .split(/\s+/)
    .filter((part) => /\d/.test(part) && wordsIn(part) === 0)
    .map((part) => part.replace(/[.,;:]+$/, ''));
  return parts.length === 1 ? parts[0] : undefined;
}
