import { lastLine, statedAnswers, withoutReasoning } from '@embedllm/internals';
import { pythonString, pythonValue } from './python-value.js';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/**
 * Scores literals of Python by value, as questions on what a program gives ask for them: numbers,
 * strings, bytes, True, False, None, lists, tuples, sets and dicts. The key is a literal.
 *
 * What counts as the answer is the last statement (`"answer": "[1, 2]"`, `[ANSWER]…[/ANSWER]`, "The
 * answer is …"), after its `==` where it repeats the assertion, else the last line. A string may lack
 * its quotes.
 */
export function pythonLiteralScorer(): Scorer {
  return {
    id: 'python-literal',
    version: 1,
    instruction: 'Finish with the literal alone, between [ANSWER] and [/ANSWER].',
    score: ({ output, key }): Score => {
      if (key === undefined) return NO_KEY;
      const right = pythonValue(key.trim());
      if (right === undefined) return { reason: `The key ${key} is not a literal of Python.` };
      const [stated] = statedAnswers(output);
      const text = stated?.text ?? lastLine(withoutReasoning(output)).replaceAll(/^`+|`+$/g, '');
      if (stated === undefined && text === '') {
        return { outcome: 0, reason: 'The output is empty.' };
      }
      const isRight = readings(text).has(right);
      const reason = `The output gives ${text === '' ? 'nothing' : text}; the key is ${key}.`;
      return { outcome: isRight ? 1 : 0, answer: text, reason };
    },
  };
}

/** The values that a text can mean. */
function readings(text: string): Set<string> {
  const values = new Set([pythonString(text)]);
  const asserted = /^\s*assert\b[\s\S]*?==\s*([\s\S]*)$/.exec(text)?.[1];
  for (const form of [text, asserted]) {
    const value = form === undefined ? undefined : pythonValue(form.trim());
    if (value !== undefined) values.add(value);
  }
  return values;
}
