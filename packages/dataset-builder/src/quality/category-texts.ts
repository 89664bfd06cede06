import type { Question } from '@embedllm/core';
import { orderFreeText } from '../question-text/order-free-text.js';

/** What is wrong with the texts of a category's questions. */
export interface CategoryTexts {
  readonly category: string;
  /** Questions in the category. */
  readonly questions: number;
  /** Of these, questions without text: an encoder has nothing to read there. */
  readonly withoutText: number;
  /** Questions whose text another question of the category has too. */
  readonly sharingText: number;
  /**
   * Other questions whose text differs from another's only in the order of its lines, such as
   * choices that every run reshuffles.
   */
  readonly reordered: number;
  /** The text that most questions share; `undefined` where none do. */
  readonly example:
    | {
        /** Its first characters, on one line. */
        readonly excerpt: string;
        /** How many questions have it. */
        readonly count: number;
        /** The first of them, at most three. */
        readonly questionIds: readonly string[];
      }
    | undefined;
}

const EXCERPT = 80;

/**
 * The categories in which questions share a text or have none, so that nothing tells them apart
 * for an encoder, in order of first appearance.
 */
export function inspectTexts(questions: readonly Question[]): CategoryTexts[] {
  const byCategory = new Map<string, Map<string, string[]>>();
  for (const { id, prompt, category } of questions) {
    const texts = byCategory.get(category) ?? new Map<string, string[]>();
    byCategory.set(category, texts);
    const text = prompt.trim();
    const ids = texts.get(text);
    if (ids) ids.push(id);
    else texts.set(text, [id]);
  }
  const found: CategoryTexts[] = [];
  for (const [category, texts] of byCategory) {
    const withoutText = texts.get('')?.length ?? 0;
    texts.delete('');
    const shared = [...texts].filter(([, ids]) => ids.length > 1);
    const sharingText = shared.reduce((sum, [, ids]) => sum + ids.length, 0);
    const reordered = countReordered(texts);
    if (withoutText + sharingText + reordered === 0) continue;
    const [most] = shared.toSorted((a, b) => b[1].length - a[1].length);
    const alone = [...texts.values()].reduce((sum, ids) => sum + ids.length, 0);
    found.push({
      ...{ category, questions: alone + withoutText, withoutText, sharingText, reordered },
      example: most && {
        excerpt: excerptOf(most[0]),
        count: most[1].length,
        questionIds: most[1].slice(0, 3),
      },
    });
  }
  return found;
}

/** Texts with the same lines as another; at least two choices after what is asked. */
function countReordered(texts: ReadonlyMap<string, readonly string[]>): number {
  const counts = new Map<string, number>();
  for (const text of texts.keys()) {
    const key = orderFreeText(text);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let reordered = 0;
  for (const count of counts.values()) if (count > 1) reordered += count;
  return reordered;
}

function excerptOf(text: string): string {
  const line = text.slice(0, 4 * EXCERPT).replace(/\s+/g, ' ');
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT - 1)}…` : line;
}
