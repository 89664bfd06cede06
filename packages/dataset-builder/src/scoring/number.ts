import { numbersIn, statedNumber } from '@embedllm/internals';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/** Options of `numberScorer`. */
export interface NumberScorerOptions {
  /** Largest relative difference from the key that counts as right, at least 0. @default 1e-9 */
  readonly tolerance?: number | undefined;
}

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
      const found = statedNumber(output);
      if (found === undefined) return { outcome: 0, reason: 'The output has no number.' };
      if (found === 'several') return { reason: 'The output states several numbers.' };
      const difference = Math.abs(found.value - right.value);
      const isRight = difference <= tolerance * Math.max(1e-12, Math.abs(right.value));
      const reason = `The output gives ${found.text}; the key is ${right.text}.`;
      return { outcome: isRight ? 1 : 0, answer: found.text, reason };
    },
  };
}
