import { boxedTexts } from './boxed-texts.js';
import { jsonAnswers } from './json-answers.js';
import type { StatedAnswer } from './stated-answer.js';

/** What comes before an answer in a sentence: "The answer is", "**Final answer**:". */
const INTRODUCTION =
  /\banswers?\b[*_"'`]*\s*(?:(?:is|are|would be|should be)\b(?:\s*:)?|[:=])[*_\s]*(?:\\\[|\\\(|\$+)?[*_\s]*/gi;
/** Marks that say that nothing but the answer follows: "#### X", "[ANSWER] X [/ANSWER]". */
const MARKS: readonly RegExp[] = [
  /^####[ \t]*([^\n]+)/gm,
  /\[ANSWER\]\s*([\s\S]*?)\s*\[\/ANSWER\]/g,
];

/**
 * What an output states as its answer: first what is marked as such (the field `answer` of JSON,
 * `\boxed{...}`, `[ANSWER]...[/ANSWER]`, `#### ...`), then sentences such as "The answer is X"; of
 * each kind the last comes first. Blanks such as `___` come at the end. Hidden reasoning is left out.
 */
export function statedAnswers(output: string): StatedAnswer[] {
  const text = withoutReasoning(output);
  const marked = [...jsonAnswers(text), ...boxedTexts(text), ...MARKS.flatMap(matchesOf(text))];
  const said = [...text.matchAll(INTRODUCTION)].flatMap((match) => {
    const at = match.index + match[0].length;
    const sentence = trimSentence(/^[^\n]*/.exec(text.slice(at))?.[0] ?? '');
    const isMarked = marked.some((each) => Math.abs(each.at - at) < 3);
    return sentence === '' || isMarked ? [] : [{ text: sentence, at }];
  });
  const all = [...marked.sort(lastFirst), ...said.sort(lastFirst)];
  // A form that was repeated without being filled in says nothing as long as something else does.
  const isBlank = (each: StatedAnswer): boolean => /^_+$/.test(each.text);
  return [...all.filter((each) => !isBlank(each)), ...all.filter(isBlank)];
}

function matchesOf(text: string): (mark: RegExp) => StatedAnswer[] {
  return (mark) =>
    [...text.matchAll(mark)].map((match) => ({ text: (match[1] ?? '').trim(), at: match.index }));
}

function lastFirst(one: StatedAnswer, other: StatedAnswer): number {
  return other.at - one.at;
}

/** Without what models write before they answer, between `<think>` and `</think>`. */
export function withoutReasoning(output: string): string {
  const end = output.lastIndexOf('</think>');
  return end < 0 ? output : output.slice(end + '</think>'.length);
}

/** The last line that is not blank. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** A statement without the end of its sentence and without marks of emphasis. */
function trimSentence(text: string): string {
  return text
    .replace(/^[*_`\s]+|[*_`\s]+$/g, '')
    .replace(/(?:\\\]|\\\)|\$+)?[.\s]*$/, '')
    .replace(/[*_`]+$/, '')
    .trim();
}
