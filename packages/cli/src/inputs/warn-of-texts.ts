import type { CategoryTexts } from '@embedllm/dataset-builder';
import { count, quantity } from '@embedllm/internals';
import type { Context } from '../program/context.js';

/** Categories that are named one by one; the others are counted. */
const NAMED = 5;

/** Warns of categories whose questions share a text or have none. */
export function warnOfTexts(context: Context, texts: readonly CategoryTexts[]): void {
  for (const found of texts.slice(0, NAMED)) context.warn(describe(found));
  const more = texts.length - NAMED;
  if (more > 0) {
    context.warn(
      `${more} more ${more === 1 ? 'category has' : 'categories have'} questions that share a text or have none: ` +
        `${texts
          .slice(NAMED)
          .map(({ category }) => category)
          .join(', ')}.`,
    );
  }
}

function describe(found: CategoryTexts): string {
  const { category, questions, withoutText, sharingText, reordered, example } = found;
  const parts: string[] = [];
  if (example !== undefined) {
    parts.push(
      `${count(sharingText)} share their text with another (${count(example.count)} have ${JSON.stringify(example.excerpt)}, such as ${example.questionIds.join(', ')})`,
    );
  }
  if (withoutText > 0) parts.push(`${count(withoutText)} have no text`);
  if (reordered > 0) {
    parts.push(
      `${count(reordered)} differ from another only in the order of their lines, as with shuffled choices, so models may not share them`,
    );
  }
  const end = example !== undefined || withoutText > 0 ? ' Encoders read only the text.' : '';
  return `${category}: of ${quantity(questions, 'question')} ${parts.join('; ')}.${end}`;
}
