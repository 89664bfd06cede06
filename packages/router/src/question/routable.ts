import { EmbedLLMError } from '@embedllm/core';
import { type ChatMessage, messageText } from './chat-message.js';

/** What can be routed: a text, a chat, or an embedding. */
export type Routable = string | readonly ChatMessage[] | Float32Array | readonly number[];

/** A question ready to be encoded, or encoded already. */
export type ReadQuestion =
  | { readonly text: string; readonly inputTokens: number }
  | { readonly embedding: Float32Array };

/** Characters that make about one token of English text. */
const CHARACTERS_PER_TOKEN = 4;

/** Tokens of a text, estimated as a quarter of its characters. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/**
 * Tells texts, chats and embeddings apart. A chat's tokens are those of all its messages, since
 * all of them are sent.
 *
 * @throws EmbedLLMError `invalid-argument` on an empty question, naming its index.
 */
export function readQuestion(
  input: Routable,
  index: number,
  toQuestion: (messages: readonly ChatMessage[]) => string,
): ReadQuestion {
  if (input instanceof Float32Array) return { embedding: input };
  if (isNumbers(input)) return { embedding: Float32Array.from(input) };
  if (typeof input === 'string') return checked(input, input.length, index);
  if (!isMessages(input)) {
    throw new EmbedLLMError(
      'invalid-argument',
      `The question at index ${index} is no text, embedding or list of messages with a role.`,
    );
  }
  const characters = input.reduce((sum, message) => sum + messageText(message).length, 0);
  return checked(toQuestion(input), characters, index);
}

function checked(text: string, characters: number, index: number): ReadQuestion {
  if (text.trim() === '') {
    throw new EmbedLLMError('invalid-argument', `The question at index ${index} is empty.`);
  }
  return { text, inputTokens: estimateTokens(characters) };
}

function isNumbers(input: Routable): input is readonly number[] {
  return Array.isArray(input) && typeof input[0] === 'number';
}

function isMessages(input: unknown): input is readonly ChatMessage[] {
  return (
    Array.isArray(input) &&
    input.every(
      (item) => typeof item === 'object' && item !== null && typeof item.role === 'string',
    )
  );
}
