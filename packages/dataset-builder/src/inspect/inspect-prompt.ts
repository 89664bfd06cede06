import { createHash } from 'node:crypto';
import { DataError } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { anchoredQuestion } from '../question-text/anchored-question.js';
import { endOfChoices, indexOfWords, withChoices } from '../question-text/choices.js';
import { type DocumentText, documentTexts } from '../question-text/document-texts.js';

/** How attached texts are referred to. */
const ATTACHMENT = /^(?:attachment|tc):\/\/(.+)$/;

/** The texts of a question in a sample. */
export interface InspectPrompt {
  /** Its input and choices. */
  readonly asked: string;
  /** The same for samples that differ only in the order of their choices. */
  readonly key: string;
  /** The part of what the model was shown that holds the input, else the input. */
  readonly found: string;
  /** All that the user said first, with the choices where it leaves them out. */
  readonly turn: string | undefined;
  /** Whether the input is in it. */
  readonly holdsInput: boolean;
}

/**
 * The text of a question: its input with its choices, one per line as `A. text`, as long as the
 * user's messages before the first answer hold the input. Where a template put more of the sample
 * there (a passage in its metadata), the part of the messages that holds both; where the input is
 * not in them (an id, say), the messages. Of an input that is a list of messages, the texts of all
 * but the system's. What is not text (an image, say) stands as its type in brackets.
 */
export function inspectPrompt(sample: JsonObject, place: Place): InspectPrompt {
  const input = ownValue(sample, 'input');
  const text = typeof input === 'string' ? resolve(sample, input) : textOfMessages(sample, input);
  if (text === undefined) {
    throw new DataError(`must be a string or a list of messages, but ${describeFound(input)}.`, {
      ...place,
      field: 'input',
    });
  }
  const choices = ownValue(sample, 'choices') ?? [];
  if (!Array.isArray(choices) || !choices.every((choice) => typeof choice === 'string')) {
    throw new DataError(`must be a list of strings, but ${describeFound(choices)}.`, {
      ...place,
      field: 'choices',
    });
  }
  const asked = choices.length === 0 ? text : withChoices(text, choices);
  const key = digest([text, ...choices.toSorted()]);
  const turn = typeof input === 'string' ? userTurn(sample) : undefined;
  if (turn === undefined || turn === '') {
    return { asked, key, found: asked, turn: undefined, holdsInput: true };
  }
  const complete = (shown: string): string =>
    choices.length > 0 && endOfChoices(shown, choices, 0) < 0 ? withChoices(shown, choices) : shown;
  const more = textsAround(sample, text, turn);
  const holdsInput = indexOfWords(turn, text.trim(), 0) >= 0;
  const texts = [{ text: text.trim(), isNamed: true, isAnswer: false }, ...more];
  const anchored = more.length > 0 ? anchoredQuestion(turn, texts, choices) : undefined;
  return {
    ...{ asked, key, holdsInput: holdsInput || anchored !== undefined },
    found: anchored === undefined ? asked : complete(anchored),
    turn: complete(turn),
  };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}

/** The user's messages before the first answer. */
function userTurn(sample: JsonObject): string | undefined {
  const messages = ownValue(sample, 'messages');
  if (!Array.isArray(messages) || !messages.every(isJsonObject)) return undefined;
  const end = messages.findIndex((message) => ownValue(message, 'role') === 'assistant');
  const before = end < 0 ? messages : messages.slice(0, end);
  return textOfMessages(
    sample,
    before.filter((message) => ownValue(message, 'role') === 'user'),
  )?.trim();
}

/** Texts of the sample's metadata that were shown besides its input. */
function textsAround(sample: JsonObject, input: string, turn: string): readonly DocumentText[] {
  const metadata = ownValue(sample, 'metadata');
  if (!isJsonObject(metadata)) return [];
  return documentTexts(metadata).filter(
    ({ text, isNamed, isAnswer }) =>
      !isAnswer &&
      (isNamed || text.length >= 30) &&
      !input.includes(text) &&
      !text.includes(input.trim()) &&
      turn.includes(text),
  );
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
