import { DataError } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';

/** How attached texts are referred to. */
const ATTACHMENT = /^(?:attachment|tc):\/\/(.+)$/;

/**
 * The text of a question: its input, or the texts of the messages that are not the system's, and
 * where there are some its choices, one a line as `A. text`. What is no text (an image, say) stands
 * as its type in brackets.
 */
export function inspectPrompt(sample: JsonObject, place: Place): string {
  const input = ownValue(sample, 'input');
  const text = typeof input === 'string' ? resolve(sample, input) : textOfMessages(sample, input);
  if (text === undefined) {
    throw new DataError(`must be text or a list of messages, but ${describeFound(input)}.`, {
      ...place,
      field: 'input',
    });
  }
  const choices = ownValue(sample, 'choices');
  if (choices === undefined || choices === null) return text;
  if (!Array.isArray(choices) || !choices.every((choice) => typeof choice === 'string')) {
    throw new DataError(`must be a list of texts, but ${describeFound(choices)}.`, {
      ...place,
      field: 'choices',
    });
  }
  const lines = choices.map(
    (choice, index) => `${index < 26 ? String.fromCharCode(65 + index) : index + 1}. ${choice}`,
  );
  return [text, ...lines].join('\n');
}

function textOfMessages(sample: JsonObject, messages: unknown): string | undefined {
  if (!Array.isArray(messages) || !messages.every(isJsonObject)) return undefined;
  const texts: string[] = [];
  for (const message of messages) {
    if (ownValue(message, 'role') === 'system') continue;
    const content = ownValue(message, 'content');
    const text =
      typeof content === 'string' ? resolve(sample, content) : textOfParts(sample, content);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join('\n\n');
}

function textOfParts(sample: JsonObject, parts: unknown): string | undefined {
  if (!Array.isArray(parts) || !parts.every(isJsonObject)) return undefined;
  return parts
    .map((part) => {
      const text = ownValue(part, 'text');
      return typeof text === 'string'
        ? resolve(sample, text)
        : `[${String(ownValue(part, 'type') ?? 'unknown')}]`;
    })
    .join('\n');
}

/** A text, or what it refers to among the sample's attachments. */
function resolve(sample: JsonObject, text: string): string {
  const name = ATTACHMENT.exec(text)?.[1];
  const attachments = ownValue(sample, 'attachments');
  if (name === undefined || !isJsonObject(attachments)) return text;
  const attached = ownValue(attachments, name);
  return typeof attached === 'string' ? attached : text;
}
