import { createContext, Script } from 'node:vm';
import { isJsonObject, withoutReasoning } from '@embedllm/internals';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/** Options of `regexScorer`. */
export interface RegexScorerOptions {
  /** Milliseconds that one search may take, an integer of at least 1. @default 1000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Scores outputs that must match a regular expression: the key, as `/pattern/flags` or the pattern
 * alone. A search that takes too long is undecided.
 */
export function regexScorer({ timeoutMs = 1000 }: RegexScorerOptions = {}): Scorer {
  return {
    id: 'regex',
    version: 1,
    score: ({ output, key }): Score => {
      if (key === undefined) return NO_KEY;
      const [, pattern = key, flags = ''] = /^\/([\s\S]+)\/([a-z]*)$/.exec(key) ?? [];
      let expression: RegExp;
      try {
        expression = new RegExp(pattern, flags);
      } catch {
        return { reason: `The key ${key} is not a regular expression.` };
      }
      const found = search(expression, withoutReasoning(output), timeoutMs);
      if (found === 'too long') return { reason: `The search took longer than ${timeoutMs} ms.` };
      return found === undefined
        ? { outcome: 0, reason: `Nothing matches ${key}.` }
        : { outcome: 1, answer: found, reason: `It matches ${key}.` };
    },
  };
}

const SEARCH = new Script('expression.exec(text)?.[0]');

/** In a context of its own for its time limit, which stops a search that backtracks without end. */
function search(expression: RegExp, text: string, timeout: number): string | undefined {
  try {
    const found: unknown = SEARCH.runInContext(createContext({ expression, text }), { timeout });
    return typeof found === 'string' ? found : undefined;
  } catch (error) {
    // Not `instanceof`: the error may be of the other context.
    if (isJsonObject(error) && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      return 'too long';
    }
    throw error;
  }
}
