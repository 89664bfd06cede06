import { EmbedLLMError } from '@embedllm/core';
import { type ChatMessage, messageText } from './chat-message.js';

/** What can be routed: a text, a chat, or an embedding. */
export type Routable = string | readonly ChatMessage[] | Float32Array | readonly number[];

/**
 * A question ready to be encoded, or encoded already. An empty text is that of a chat in which the
 * user has written nothing.
 */
export type ReadQuestion =
  | { readonly text: string; readonly inputTokens: number }
  | { readonly embedding: Float32Array };

/** Characters that make about one token of English text. */
export const CHARACTERS_PER_TOKEN = 4;

/** Tokens of a text, estimated as a quarter of its characters. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/**
 * Tells texts, chats and embeddings apart. A chat's tokens are those of all its messages, since
 * all of them are sent. A chat without text of the user, such as an image alone, is a question.
 *
 * @throws EmbedLLMError `invalid-argument` on an empty text, naming its index.
 */
export function readQuestion(
  input: Routable,
  index: number,
  toQuestion: (messages: readonly ChatMessage[]) => string,
): ReadQuestion {
  if (input instanceof Float32Array) return { embedding: input };
  if (isNumbers(input)) return { embedding: Float32Array.from(input) };
  if (typeof input === 'string') {
    if (input.trim() === '') {
      throw new EmbedLLMError(`The question at index ${index} is empty.`, {
        code: 'invalid-argument',
      });
    }
    return { text: input, inputTokens: estimateTokens(input.length) };
  }
  if (!isMessages(input)) {
    throw new EmbedLLMError(
      `The question at index ${index} is not a string, an embedding or a list of messages with roles.`,
      { code: 'invalid-argument' },
    );
  }
  if (input.length === 0) {
    throw new EmbedLLMError(`The chat at index ${index} has no messages.`, {
      code: 'invalid-argument',
    });
  }
  const characters = input.reduce((sum, message) => sum + messageText(message).length, 0);
  const text = toQuestion(input);
  return { text: text.trim() === '' ? '' : text, inputTokens: estimateTokens(characters) };
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
