import { statedAnswers, type TextForm, textForm, withoutReasoning } from '@embedllm/internals';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/** Options of `exactScorer`. */
export interface ExactScorerOptions extends TextForm {}

/**
 * Scores texts that must be the key: the whole output, or what it states as its answer. Space,
 * quotes around it, a full stop at its end and, unless `caseSensitive`, case do not count.
 */
export function exactScorer(options: ExactScorerOptions = {}): Scorer {
  return {
    id: options.caseSensitive === true ? 'exact-case' : 'exact',
    version: 1,
    instruction: 'Finish with a line that reads "The answer is X", where X is your answer alone.',
    score: ({ output, key }): Score => {
      if (key === undefined) return NO_KEY;
      const whole = withoutReasoning(output).trim();
      const answer = statedAnswers(output)[0]?.text ?? whole;
      const right = textForm(key, options);
      const isRight = [answer, whole].some((text) => textForm(text, options) === right);
      const reason = isRight ? 'The answer is the key.' : 'The answer differs from the key.';
      return { outcome: isRight ? 1 : 0, answer, reason };
    },
  };
}
