import { type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { literalTexts } from './document-texts.js';
import { JOINT_FIELDS, PASSAGE_FIELDS, QUESTION_FIELDS } from './field-names.js';

/**
 * The question that a document holds by the names of its fields: what it is about (`passage`,
 * `context`, `body`, ...), then the question (`question`, `query`, `problem`, ...), a line each.
 *
 * @returns `undefined` where no field has a usual name.
 */
export function documentQuestion(doc: JsonObject): string | undefined {
  const fieldOf = new Map(Object.keys(doc).map((key) => [key.toLowerCase(), key]));
  const textOf = (name: string): string | undefined => {
    const value = ownValue(doc, fieldOf.get(name) ?? name);
    const list = Array.isArray(value) ? value : undefined;
    if (list?.every((item) => typeof item === 'string')) return list.join('\n').trim() || undefined;
    if (typeof value !== 'string' || value.trim() === '') return undefined;
    return (
      literalTexts(value.trim())
        ?.filter((text) => text.length > 1)
        .join('\n') ?? value.trim()
    );
  };
  const passages = PASSAGE_FIELDS.flatMap((name) => textOf(name) ?? []);
  const joint = [...fieldOf.keys()]
    .filter((name) => JOINT_FIELDS.test(name))
    .flatMap((name) => textOf(name) ?? []);
  const question = QUESTION_FIELDS.map(textOf).find((text) => text !== undefined);
  const parts: string[] = [];
  for (const part of [...passages, ...joint, question]) {
    if (part === undefined || parts.some((earlier) => earlier.includes(part))) continue;
    parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join('\n');
}
