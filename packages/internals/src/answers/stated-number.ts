import { decimalOf } from './decimal.js';
import { statedAnswers, withoutReasoning } from './stated-answers.js';

const NUMBER =
  /(?<!\d)[-−+]?(?:\$|€|£)?(?:\d{1,3}(?:(?:,|\\,|\{,\})\d{3})+(?!\d)|\d+)?(?:\.\d+|(?<=\d)\.?)(?:[eE][-+]?\d+)?(?:\s*\/\s*\d+(?:\.\d+)?)?/g;

/** A number in a text. */
export interface StatedNumber {
  readonly value: number;
  readonly text: string;
}

/**
 * The number in the last statement of an output that holds one, after its last `=`; without a statement the last
 * number of the output.
 */
export function statedNumber(output: string): StatedNumber | 'several' | undefined {
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

/** All numbers in a text. */
export function numbersIn(text: string): StatedNumber[] {
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
