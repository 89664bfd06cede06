import type { ChoiceOption } from './choice-options.js';
import { lastLine, statedAnswers, withoutReasoning } from './stated-answers.js';

/** A letter that stands for an option, at the start of a statement: `(B)`, `B.`, `option B`, `\text{B}`. */
const AT_START =
  /^(?:[^\w\\]|\\(?:text|textbf|mathrm|mathbf|boxed)\b|\\[([]|(?:the\s+)?(?:option|choice|letter)\b)*([A-Z])(?![\w'])(\s*[.:)\]}*$]|\s*\\)?/i;
/** A letter that is marked as one of an option, anywhere. */
const MENTION = /\(([A-Z])\)|\b(?:[Oo]ption|[Cc]hoice)\s+\(?([A-Z])\b|\*\*([A-Z])(?=[.):*])/g;

/** What an output chooses. */
export interface ChosenLetter {
  readonly letter: string | undefined;
  /** Letters that it mentions, where it states none. */
  readonly mentioned: ReadonlySet<string>;
}

/**
 * The letter that an output chooses: that of the last statement which names an option by letter or by its text,
 * else the only one that it mentions.
 *
 * @param options - Of the question; with none, any letter may be one.
 */
export function chosenLetter(text: string, options: readonly ChoiceOption[] = []): ChosenLetter {
  const output = withoutReasoning(text);
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
