import { endOfChoices, indexOfWords } from './choices.js';
import type { DocumentText } from './document-texts.js';

/** Where a text of the document stands in the prompt. */
interface Anchor {
  readonly start: number;
  readonly end: number;
}

/** A text as long as this is found in a prompt only if it was put there. */
const LONG = 30;

/** Labels and line breaks that a template puts between the parts of one question. */
const MAX_GAP = 200;

/** What asks for the answer at the end of a line or text. */
const CUE = /(?:^|\s)(?:Answer|Ans|A|Response|Solution|Output|Choices|Options)\s*[:：]\s*$/u;

/**
 * The part of a prompt that is its question: from where the document's texts begin, at their last
 * occurrence, to the end of the last line that holds any of them. What stands before (instructions,
 * solved examples, a system's message) and after it (the cue for the answer) is left out, so that
 * the same document gives the same text whatever the number of examples and the chat template.
 *
 * @returns `undefined` where the prompt holds none of the document's texts.
 */
export function anchoredQuestion(
  shown: string,
  texts: readonly DocumentText[],
  choices: readonly string[],
): string | undefined {
  const asked = texts.filter(({ isAnswer }) => !isAnswer);
  const isStrong = ({ text, isNamed }: DocumentText): boolean =>
    (isNamed && text.length > 1) || text.length >= LONG;
  let anchors = anchorsOf(shown, asked.filter(isStrong));
  if (anchors.length === 0) {
    anchors = anchorsOf(
      shown,
      asked.filter(({ text }) => text.length >= 8),
    );
  }
  const [core] = anchors.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  if (core === undefined) return undefined;
  let { start } = core;
  for (const anchor of anchors.toSorted((a, b) => b.end - a.end)) {
    if (anchor.start < start && anchor.end >= start - MAX_GAP) start = anchor.start;
  }
  let end = Math.max(...anchors.filter((anchor) => anchor.start >= start).map((a) => a.end));
  if (choices.length > 0) {
    const stem = anchorsOf(
      shown,
      asked.filter((text) => isStrong(text) && !choices.includes(text.text)),
    );
    const afterStem = Math.max(start, ...stem.map((anchor) => anchor.end));
    end = Math.max(end, endOfChoices(shown, choices, afterStem));
  }
  for (const { text } of asked) {
    if (text.length < 3) continue;
    for (let at = indexOfWords(shown, text, end); at >= 0; at = indexOfWords(shown, text, end)) {
      end = at + text.length;
    }
  }
  const newline = shown.indexOf('\n', end);
  return withoutCue(shown.slice(start, newline < 0 ? undefined : newline).trim());
}

/** Only the end is looked at: a search in all of a long text could take quadratic time. */
function withoutCue(text: string): string {
  const from = Math.max(0, text.length - 40);
  const cue = text.slice(from).search(CUE);
  return cue < 0 ? text : text.slice(0, from + cue).trim();
}

function withoutStop(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s.?!。？！]/u.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function anchorsOf(shown: string, texts: readonly DocumentText[]): Anchor[] {
  return texts.flatMap((text) => anchorOf(shown, text) ?? []);
}

/**
 * The last occurrence of a text; where it is what the question is about, also of most of it, since
 * templates change some (a pronoun is marked, the last word or full stop left out).
 */
function anchorOf(shown: string, { text, isNamed }: DocumentText): Anchor | undefined {
  const whole = shown.lastIndexOf(text);
  if (whole >= 0) return { start: whole, end: whole + text.length };
  if (!isNamed) return undefined;
  const unstopped = withoutStop(text);
  if (unstopped.length >= 8) {
    const start = shown.lastIndexOf(unstopped);
    if (start >= 0) return { start, end: start + unstopped.length };
  }
  if (text.length < LONG) return undefined;
  const half = Math.ceil(text.length / 2);
  const head = shown.lastIndexOf(text.slice(0, half));
  if (head >= 0) {
    let length = half;
    while (length < text.length && shown[head + length] === text[length]) length++;
    return { start: head, end: head + length };
  }
  const tail = shown.lastIndexOf(text.slice(half));
  if (tail < 0) return undefined;
  return { start: shown.lastIndexOf('\n', tail) + 1, end: tail + text.length - half };
}
