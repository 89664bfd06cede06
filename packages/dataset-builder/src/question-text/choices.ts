import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { literalTexts } from './document-texts.js';

/**
 * Fields that hold all choices: a list of texts or of `{ text }`, `{ text: list }`, or a list as
 * Python writes it.
 */
const LISTS = ['choices', 'options', 'endings', 'answer_options'];

/** Fields with one choice each, numbered or lettered. */
const ONE_EACH =
  /^(choice|option|sol|answer|mc_answer|ending|op|alternative|sentence_quiz)[ _]?(\d|[a-j])$/i;

/** Whether a field, by its name, may hold choices in their order: all of them, or one. */
export function isChoiceField(field: string): boolean {
  return LISTS.includes(field) || ONE_EACH.test(field) || /^[A-J]$/.test(field);
}

/** The choices of a document, in its order, and the fields that they are from. */
export interface DocumentChoices {
  /** Trimmed; at least two. */
  readonly texts: readonly string[];
  readonly fields: readonly string[];
}

/** The answers to choose from that a document lists; `undefined` where it lists none. */
export function documentChoices(doc: JsonObject): DocumentChoices | undefined {
  for (const field of LISTS) {
    const texts = textsOf(ownValue(doc, field));
    if (texts !== undefined) return { texts, fields: [field] };
  }
  const families = new Map<string, { field: string; text: string }[]>();
  const add = (family: string, field: string, value: unknown): void => {
    if (typeof value !== 'string' || value.trim() === '') return;
    families.set(family, [...(families.get(family) ?? []), { field, text: value.trim() }]);
  };
  for (const [field, value] of Object.entries(doc)) {
    const family = ONE_EACH.exec(field)?.[1] ?? (/^[A-J]$/.test(field) ? 'letter' : undefined);
    if (family !== undefined) add(family.toLowerCase(), field, value);
    else if (/^distractor\d$/.test(field)) add('distractor', field, value);
  }
  // SciQ: the answer stands apart from the distractors.
  if (families.has('distractor')) {
    add('distractor', 'correct_answer', ownValue(doc, 'correct_answer'));
  }
  for (const members of families.values()) {
    if (members.length < 2) continue;
    return { texts: members.map(({ text }) => text), fields: members.map(({ field }) => field) };
  }
  // TruthfulQA.
  for (const field of ['mc1_targets', 'mc2_targets']) {
    const targets = ownValue(doc, field);
    const texts = isJsonObject(targets) ? textsOf(ownValue(targets, 'choices')) : undefined;
    if (texts !== undefined) return { texts, fields: [field] };
  }
  return undefined;
}

/** Whether a document lists these choices in one text, as MathQA does: `a ) 38 , b ) 27`. */
export function listsInText(doc: JsonObject, choices: readonly string[]): boolean {
  return LISTS.some((field) => {
    const value = ownValue(doc, field);
    return typeof value === 'string' && endOfChoices(value, choices, 0) >= 0;
  });
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return atLeastTwo(literalTexts(value.trim()));
  const list = isJsonObject(value) ? ownValue(value, 'text') : value;
  if (!Array.isArray(list)) return undefined;
  const texts = list.map((item: unknown) => (isJsonObject(item) ? ownValue(item, 'text') : item));
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  return atLeastTwo(texts.map((text) => text.trim()));
}

function atLeastTwo(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts !== undefined && texts.length >= 2 ? texts : undefined;
}

/** A text followed by its choices, one per line as `A. text`. */
export function withChoices(text: string, choices: readonly string[]): string {
  const lines = choices.map(
    (choice, index) => `${index < 26 ? String.fromCharCode(65 + index) : index + 1}. ${choice}`,
  );
  return text === '' ? lines.join('\n') : [text, ...lines].join('\n');
}

/** What stands between two listed choices: a line break, a label or a comma, and little else. */
const SEPARATOR = /^(?=[\s\S]*[\n(){}[\].:,;|/-])[\s\S]{1,31}$/;

/** Where choices that are listed in a text one after the other end; -1 where they are not. */
export function endOfChoices(text: string, choices: readonly string[], from: number): number {
  const [first = '', ...others] = choices;
  let start = indexOfWords(text, first, from);
  for (; start >= 0; start = indexOfWords(text, first, start + 1)) {
    let end = start + first.length;
    const isListed = others.every((choice) => {
      const next = indexOfWords(text, choice, end);
      if (next < 0 || !SEPARATOR.test(text.slice(end, Math.min(next + 1, end + 32)))) return false;
      end = next + choice.length;
      return true;
    });
    if (isListed) return end;
  }
  return -1;
}

/** Where a text stands by itself, not within a longer word; -1 where it does not. */
export function indexOfWords(text: string, wanted: string, from: number): number {
  if (wanted === '') return -1;
  for (let at = text.indexOf(wanted, from); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    if (!joins(text.charAt(at - 1), text.charAt(at))) {
      if (!joins(text.charAt(end - 1), text.charAt(end))) return at;
    }
  }
  return -1;
}

function joins(left: string, right: string): boolean {
  return /^[\p{L}\p{N}]{2}$/u.test(left + right);
}
