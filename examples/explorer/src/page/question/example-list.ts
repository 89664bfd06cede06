import type { ExampleQuestion } from '../../explorer-data.js';
import { element } from '../dom/element.js';

/** Characters of an entry. */
const MOST_CHARACTERS = 70;
/** A beginning shorter than this is worth reading although all share it. */
const LONG_BEGINNING = 30;

/** A list of held-out questions, by benchmark; each value is an index of `examples`. */
export function exampleList(examples: readonly ExampleQuestion[]): HTMLSelectElement {
  const list = element(
    'select',
    { id: 'examples' },
    element('option', { value: '' }, 'Your own question'),
  );
  const titles = exampleTitles(examples);
  for (const benchmark of new Set(examples.map((example) => example.benchmark))) {
    const group = element('optgroup', { label: benchmark });
    examples.forEach((example, index) => {
      if (example.benchmark !== benchmark) return;
      group.append(element('option', { value: index }, titles[index] ?? ''));
    });
    list.append(group);
  }
  return list;
}

/** What tells a question from the others of its benchmark, which may all begin alike. */
export function exampleTitles(examples: readonly ExampleQuestion[]): string[] {
  const texts = examples.map(({ prompt }) => prompt.trim().replace(/\s+/g, ' '));
  return texts.map((text, index) => {
    const others = texts.filter(
      (_, other) => other !== index && examples[other]?.benchmark === examples[index]?.benchmark,
    );
    const shared =
      others.length === 0 ? 0 : Math.min(...others.map((other) => sharedStart(text, other)));
    const isCut = shared >= LONG_BEGINNING && shared < text.length;
    const rest = isCut ? `… ${text.slice(shared)}` : text;
    return rest.length > MOST_CHARACTERS ? `${rest.slice(0, MOST_CHARACTERS)} …` : rest;
  });
}

/** Length of the beginning that two texts share, in whole words. */
function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length === a.length ? length : a.lastIndexOf(' ', length - 1) + 1;
}
