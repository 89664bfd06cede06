import { type ChoiceOption, choiceOptions } from './choice-options.js';
import { NO_KEY, type Score, type Scorer } from './scorer.js';
import { lastLine, statedAnswers, withoutReasoning } from './stated-answers.js';

/** A letter that stands for an option, at the start of a statement: `(B)`, `B.`, `option B`, `\text{B}`. */
const AT_START =
  /^(?:[^\w\\]|\\(?:text|textbf|mathrm|mathbf|boxed)\b|\\[([]|(?:the\s+)?(?:option|choice|letter)\b)*([A-Z])(?![\w'])(\s*[.:)\]}*$]|\s*\\)?/i;
/** A letter that is marked as one of an option, anywhere. */
const MENTION = /\(([A-Z])\)|\b(?:[Oo]ption|[Cc]hoice)\s+\(?([A-Z])\b|\*\*([A-Z])(?=[.):*])/g;

/**
 * Scores choices among lettered options. The key is a letter. The options are those of the
 * question's text, one a line as `A. text`.
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
      const { letter, mentioned } = chosen(withoutReasoning(output), choiceOptions(prompt));
      if (letter !== undefined) {
        const isRight = letter === right;
        const reason = `The output chooses ${letter}; the key is ${right}.`;
        return { outcome: isRight ? 1 : 0, answer: letter, reason };
      }
      return mentioned.size > 1
        ? { reason: `The output mentions ${[...mentioned].join(', ')} and chooses none.` }
        : { outcome: 0, reason: 'The output names none of the options.' };
    },
  };
}

interface Choice {
  readonly letter: string | undefined;
  readonly mentioned: ReadonlySet<string>;
}

function chosen(output: string, options: readonly ChoiceOption[]): Choice {
  const letters = options.length > 0 ? new Set(options.map(({ letter }) => letter)) : undefined;
  const isOption = (letter: string): boolean => letters?.has(letter) ?? true;
  const none = new Set<string>();
  const statements = statedAnswers(output).map(({ text }) => text);
  for (const text of [...statements, lastLine(output), output]) {
    const letter = letterAtStart(text, options, isOption) ?? letterOfText(text, options);
    if (letter !== undefined) return { letter, mentioned: none };
  }
  const mentioned = new Set<string>();
  for (const match of output.matchAll(MENTION)) {
    const letter = match[1] ?? match[2] ?? match[3] ?? '';
    if (isOption(letter)) mentioned.add(letter);
  }
  const [only] = mentioned;
  return { letter: mentioned.size === 1 ? only : undefined, mentioned };
}

function letterAtStart(
  text: string,
  options: readonly ChoiceOption[],
  isOption: (letter: string) => boolean,
): string | undefined {
  const [whole, letter = '', mark] = AT_START.exec(text) ?? [];
  if (whole === undefined || !/[A-Z]/.test(letter) || !isOption(letter)) return undefined;
  if (mark !== undefined || text.slice(whole.length).trim() === '') return letter;
  // "A function of x" and "I think" are words, unless the option's own text follows.
  const option = options.find((each) => each.letter === letter);
  const rest = plain(text.slice(whole.length));
  if (option && rest.startsWith(plain(option.text).slice(0, 20))) return letter;
  return letter === 'A' || letter === 'I' ? undefined : letter;
}

function letterOfText(text: string, options: readonly ChoiceOption[]): string | undefined {
  const said = plain(text);
  const same = options.filter((option) => said !== '' && plain(option.text) === said);
  return same.length === 1 ? same[0]?.letter : undefined;
}

/** A text without case, marks of LaTeX and Markdown, and outer punctuation. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[*_`$\\{}]/g, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s"'.:,]+|[\s"'.:,]+$/g, '');
}
