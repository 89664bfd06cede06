import { isJsonObject, type JsonObject } from '../jsonl/parse-object.js';
import { isAnswerField, isTextField } from './field-names.js';

/** A text in a document. */
export interface DocumentText {
  /** Trimmed, and not empty. */
  readonly text: string;
  /** Whether its field is one that usually holds the question or what it is about. */
  readonly isNamed: boolean;
  /** Whether its field is one that usually holds the answer or how it is found. */
  readonly isAnswer: boolean;
}

/** Deeper than any benchmark, and bounds what a hostile document can take. */
const MAX_DEPTH = 6;
const MAX_TEXTS = 500;

/** The texts of a document, those in lists and objects included, in its order. */
export function documentTexts(doc: JsonObject): DocumentText[] {
  const texts: DocumentText[] = [];
  const add = (value: unknown, field: string, isNamed: boolean, depth: number): void => {
    if (texts.length >= MAX_TEXTS || depth > MAX_DEPTH) return;
    if (typeof value === 'string') {
      const text = value.trim();
      if (text === '') return;
      texts.push({ text, isNamed, isAnswer: isAnswerField(field) });
      for (const part of literalTexts(text) ?? []) add(part, field, false, MAX_DEPTH);
    } else if (Array.isArray(value)) {
      for (const item of value) add(item, field, isNamed, depth + 1);
    } else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) add(item, key, false, depth + 1);
    }
  };
  for (const [key, value] of Object.entries(doc)) add(value, key, isTextField(key), 1);
  return texts;
}

/** Far above real ones; matching a string takes stack by its length. */
const MAX_LITERAL = 1 << 16;

/** A text as Python writes it, and the colon after it where it is a key. */
const LITERAL = /(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")(\s*:)?/gs;

/** The texts in a list that is written as Python writes it, such as `['x', "y's"]`. */
export function literalTexts(text: string): readonly string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']') || text.length > MAX_LITERAL) return undefined;
  const found: string[] = [];
  for (const [, single, double, colon] of text.matchAll(LITERAL)) {
    if (colon !== undefined) continue;
    const written = single ?? double ?? '';
    found.push(
      written
        .replace(/\\([\\'"nt])/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c))
        .trim(),
    );
    if (found.length >= MAX_TEXTS) break;
  }
  return found.length === 0 ? undefined : found;
}
