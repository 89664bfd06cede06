import type { Question } from '@embedllm/core';
import type { Listed, QuestionReference } from './quality-report.js';

const EXCERPT_LENGTH = 120;

/** The start of a text on one line. */
function excerptOf(text: string): string {
  const line = text
    .slice(0, 4 * EXCERPT_LENGTH)
    .replace(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  if (characters.length <= EXCERPT_LENGTH && text.length <= 4 * EXCERPT_LENGTH) return line;
  return `${characters.slice(0, EXCERPT_LENGTH - 1).join('')}…`;
}

/** Below this many questions, or characters, a common start is not a template. */
const TEMPLATE_QUESTIONS = 20;
const TEMPLATE_LENGTH = 40;

/**
 * How many characters the texts of a category start with in common, up to the end of a word; 0
 * unless it is a template that says nothing of a question.
 */
function templateLengths(questions: readonly Question[]): ReadonlyMap<string, number> {
  const starts = new Map<string, { text: string; count: number }>();
  for (const { category, prompt } of questions) {
    const known = starts.get(category);
    if (known === undefined) {
      starts.set(category, { text: prompt, count: 1 });
      continue;
    }
    known.count++;
    let length = 0;
    while (length < known.text.length && known.text[length] === prompt[length]) length++;
    known.text = known.text.slice(0, length);
  }
  return new Map(
    [...starts].map(([category, { text, count }]) => {
      const length = text.search(/\S*$/);
      return [category, count >= TEMPLATE_QUESTIONS && length >= TEMPLATE_LENGTH ? length : 0];
    }),
  );
}

/** References to questions by index. */
export class QuestionReferences {
  readonly #questions: readonly Question[];
  readonly #labels: Uint32Array;
  readonly #listed: number;
  readonly #templates: ReadonlyMap<string, number>;

  /** @param labels - How many labels each question has. */
  constructor(questions: readonly Question[], labels: Uint32Array, listed: number) {
    this.#questions = questions;
    this.#labels = labels;
    this.#listed = listed;
    this.#templates = templateLengths(questions);
  }

  /** The start of a question's text, without what all questions of its category start with. */
  excerptOf(index: number): string {
    const { category, prompt } = this.#questions[index] as Question;
    const skipped = this.#templates.get(category) ?? 0;
    const excerpt = excerptOf(prompt.slice(skipped));
    return skipped === 0 ? excerpt : `… ${excerpt}`;
  }

  of(index: number): QuestionReference {
    const { id, category } = this.#questions[index] as Question;
    const labelCount = this.#labels[index]!;
    return { id, category, excerpt: this.excerptOf(index), labelCount };
  }

  /** The questions for which the predicate holds. */
  where(predicate: (question: Question, index: number) => boolean): Listed<QuestionReference> {
    const listed: QuestionReference[] = [];
    let total = 0;
    this.#questions.forEach((question, index) => {
      if (!predicate(question, index)) return;
      total++;
      if (listed.length < this.#listed) listed.push(this.of(index));
    });
    return { total, listed };
  }
}

/** The first items of a list, and how many there are. */
export function listFirst<T>(items: readonly T[], listed: number): Listed<T> {
  return { total: items.length, listed: items.slice(0, listed) };
}
