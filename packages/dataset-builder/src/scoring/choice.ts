import { choiceOptions, chosenLetter } from '@embedllm/internals';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/**
 * Scores choices among lettered options. The key is a letter. The options are those of the
 * question's text, one per line as `A. text`.
 *
 * What counts as the answer is the last statement that names an option by letter or by its text
 * ("The answer is (B)", `\boxed{B}`, a last line "**B. Paris**"), else the only option that the
 * output mentions. An output that mentions several and states none is undecided, one that mentions
 * none is wrong.
 *
 * @example
 * const prompt = 'What is the capital of France?\nA. Rome\nB. Paris';
 * const score = await choiceScorer().score({ prompt, key: 'B', output: 'The answer is (B).' });
 * console.log(score.outcome, score.answer); // 1 B
 */
export function choiceScorer(): Scorer {
  return {
    id: 'choice',
    version: 1,
    instruction:
      'Finish with a line that reads "The answer is (X)", where X is the letter of your choice.',
    score: ({ output, key, prompt }): Score => {
      if (key === undefined) return NO_KEY;
      const right = /^\W*([A-Za-z])\W*$/.exec(key)?.[1]?.toUpperCase();
      if (right === undefined) return { reason: `The key "${key}" is not a letter.` };
      const { letter, mentioned } = chosenLetter(output, choiceOptions(prompt));
      if (letter !== undefined) {
        const isRight = letter === right;
        const reason = `The output chooses ${letter}; the key is ${right}.`;
        return { outcome: isRight ? 1 : 0, answer: letter, reason };
      }
      return mentioned.size > 1
        ? { reason: `The output mentions ${[...mentioned].join(', ')} but chooses none.` }
        : { outcome: 0, reason: 'The output does not name any option.' };
    },
  };
}
