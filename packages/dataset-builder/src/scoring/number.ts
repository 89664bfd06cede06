import { decimalOf } from './decimal.js';
import { NO_KEY, type Score, type Scorer } from './scorer.js';
import { statedAnswers, withoutReasoning } from './stated-answers.js';

/** Options of `numberScorer`. */
export interface NumberScorerOptions {
  /** Largest relative difference from the key that counts as right, at least 0. @default 1e-9 */
  readonly tolerance?: number | undefined;
}

const NUMBER =
  /(?<!\d)[-−+]?(?:\$|€|£)?(?:\d{1,3}(?:(?:,|\\,|\{,\})\d{3})+(?!\d)|\d+)?(?:\.\d+|(?<=\d)\.?)(?:[eE][-+]?\d+)?(?:\s*\/\s*\d+(?:\.\d+)?)?/g;

/**
 * Scores numbers: `1,234.50`, `$20`, `-3/4`, `1e5`, `\frac{1}{2}`, with or without units. The key is
 * a number in the same forms.
 *
 * What counts as the answer is the number in the last statement that holds one ("The answer is 5
 * apples", `\boxed{5}`, `"answer": "5"`), after its last `=`; without a statement the last number of
 * the output. A statement with several numbers is undecided, unless all are equal.
 */
export function numberScorer(options: NumberScorerOptions = {}): Scorer {
  const { tolerance = 1e-9 } = options;
  return {
    id: 'number',
    version: 1,
    instruction: 'Finish with a line that reads "The answer is N", where N is a number.',
    score: ({ output, key }): Score => {
      if (key === undefined) return NO_KEY;
      const [right, ...others] = numbersIn(key);
      if (right === undefined || others.length > 0) {
        return { reason: `The key "${key}" is not one number.` };
      }
      const found = numberOf(output);
      if (found === undefined) return { outcome: 0, reason: 'The output has no number.' };
      if (found === 'several') return { reason: 'The output states several numbers.' };
      const difference = Math.abs(found.value - right.value);
      const isRight = difference <= tolerance * Math.max(1e-12, Math.abs(right.value));
      const reason = `The output gives ${found.text}; the key is ${right.text}.`;
      return { outcome: isRight ? 1 : 0, answer: found.text, reason };
    },
  };
}

interface Found {
  readonly value: number;
  readonly text: string;
}

function numberOf(output: string): Found | 'several' | undefined {
  const statements = statedAnswers(output);
  for (const { text } of statements) {
    const numbers = numbersIn(text.slice(text.lastIndexOf('=') + 1));
    const [first] = numbers;
    if (first === undefined) continue;
    return numbers.every(({ value }) => value === first.value) ? first : 'several';
  }
  // What states an answer without a number says that there is none.
  return statements.length > 0 ? undefined : numbersIn(withoutReasoning(output)).at(-1);
}

function numbersIn(text: string): Found[] {
  const plain = text
    .replaceAll(/\\[dt]?frac\s*\{([^{}]+)\}\s*\{([^{}]+)\}/g, '$1/$2')
    .replaceAll(/\\(?:text|mathrm|mbox)\s*\{[^{}]*\}/g, ' ')
    .replaceAll(/\\\$/g, '$')
    .replaceAll(/(?<!\d[eE])(?<=[A-Za-z_^])\{?\d+\}?/g, ' ');
  return [...plain.matchAll(NUMBER)].flatMap(([found]) => {
    const value = decimalOf(found.replaceAll(/[$€£\\{}\s]|,/g, ''));
    return value === undefined ? [] : [{ value, text: found.trim() }];
  });
}
