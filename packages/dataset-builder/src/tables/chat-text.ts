import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { pythonJson } from './python-json.js';

/**
 * The text of a question that is a chat, or in a cell a list of what a user says in turn, as the tables of
 * RouterBench have it.
 */
export function promptText(value: unknown): string | undefined {
  if (typeof value !== 'string') return chatText(value);
  const turns = listIn(value);
  const areTexts =
    Array.isArray(turns) && turns.length > 0 && turns.every((turn) => typeof turn === 'string');
  return areTexts ? turns.join('\n\n') : chatText(turns);
}

/**
 * The text of a chat, `[{ role, content }, ...]` (or `{ from, value }`, `{ type, content }`): what was
 * said before the last answer, without the system's instructions. In content that is a list of parts,
 * whatever is not text appears as its type in brackets.
 *
 * @param value - The list, its JSON, or as Python prints it.
 * @returns `undefined` where it is not a chat.
 */
export function chatText(value: unknown): string | undefined {
  const messages = typeof value === 'string' ? listIn(value) : value;
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  const texts: { role: string; text: string }[] = [];
  for (const message of messages) {
    if (!isJsonObject(message)) return undefined;
    const role =
      ownValue(message, 'role') ?? ownValue(message, 'from') ?? ownValue(message, 'type');
    const text = textOf(ownValue(message, 'content') ?? ownValue(message, 'value'));
    if (typeof role !== 'string' || text === undefined) return undefined;
    texts.push({ role, text });
  }
  const isOf = (roles: RegExp, at: number): boolean => roles.test(texts[at]?.role ?? '');
  let end = texts.length;
  while (end > 0 && isOf(/^(?:assistant|gpt|model|ai)$/i, end - 1)) end--;
  return texts
    .slice(0, end)
    .filter((_, at) => !isOf(/^(?:system|developer)$/i, at))
    .map(({ text }) => text)
    .join('\n\n');
}

function listIn(text: string): unknown {
  if (!/^\s*\[\s*[{'"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return pythonJson(text);
  }
}

function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content) || !content.every(isJsonObject)) return undefined;
  return content.map(textOfPart).join('\n');
}

function textOfPart(part: JsonObject): string {
  const text = ownValue(part, 'text');
  return typeof text === 'string' ? text : `[${String(ownValue(part, 'type') ?? 'unknown')}]`;
}
