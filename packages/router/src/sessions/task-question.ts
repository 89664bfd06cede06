import { checkNumber } from '@embedllm/internals';
import { type ChatMessage, lastUserQuestion, messageText } from '../question/chat-message.js';
import { isFollowUp } from '../question/follow-up.js';
import { CHARACTERS_PER_TOKEN } from '../question/routable.js';
import { typedText } from './typed-text.js';

/** Options of `taskQuestion`. */
export interface TaskQuestionOptions {
  /** The most tokens of the question, counted as four characters each, from 1. @default 2000 */
  readonly tokens?: number | undefined;
}

/** Of a part that is too long, this share is its beginning, and the rest its end. */
const BEGINNING = 0.75;

/**
 * Reduces a conversation to the task that a model would work on, for agents whose last message is a result of
 * a tool or "yes, do it". Where tools have answered, the task is the user's opening request, the model's last
 * plan, what the user said last, and what the tools said since, in this order. A follow-up of under 40
 * characters in a chat without tools takes the answer that it is about with it. All else is as
 * `lastUserQuestion`. Blocks that coding agents add to messages of the user are left out.
 *
 * Parts share the budget evenly, and what a short one leaves is for the others; one that is too long keeps
 * its beginning and its end.
 *
 * @returns an empty text when nobody has written anything.
 * @throws EmbedLLMError `invalid-argument` on tokens below 1.
 *
 * @example
 * ```ts
 * const question = taskQuestion([
 *   { role: 'user', content: 'Make the tests of the parser pass.' },
 *   { role: 'assistant', content: 'The grammar lacks a rule. Shall I add it?' },
 *   { role: 'user', content: 'yes, do it' },
 *   { role: 'tool', content: '2 failed, 40 passed' },
 * ]);
 * ```
 */
export function taskQuestion(
  messages: readonly ChatMessage[],
  { tokens = 2000 }: TaskQuestionOptions = {},
): string {
  checkNumber('tokens', tokens, { min: 1 });
  const parts = partsOf(messages.map(typedMessage));
  return share(
    parts.filter((part, index) => part !== '' && parts.indexOf(part) === index),
    Math.floor(tokens * CHARACTERS_PER_TOKEN),
  );
}

function partsOf(messages: readonly ChatMessage[]): string[] {
  const last = messages.findLastIndex(isSaidBy('user'));
  const plan = messages.findLastIndex(isSaidBy('assistant'));
  if (messages.some(({ role }) => role === 'tool' || role === 'function')) {
    const opening = messages.find(isSaidBy('user'));
    const answered = messages.findLastIndex(({ role }) => role === 'assistant');
    const results = messages.slice(Math.max(answered, last) + 1);
    return [opening, messages[plan], messages[last], ...results].map(textOf);
  }
  const asked = lastUserQuestion(messages);
  if (last < 0 || plan < 0 || !isFollowUp(textOf(messages[last]))) return [asked];
  return [textOf(messages[plan]), asked];
}

function isSaidBy(speaker: string): (message: ChatMessage) => boolean {
  return (message) => message.role === speaker && textOf(message) !== '';
}

function textOf(message: ChatMessage | undefined): string {
  return message ? messageText(message).trim() : '';
}

function typedMessage(message: ChatMessage): ChatMessage {
  return message.role === 'user'
    ? { role: 'user', content: typedText(messageText(message)) }
    : message;
}

/** The parts, line by line, within so many characters. */
function share(parts: readonly string[], characters: number): string {
  let left = characters - Math.max(0, parts.length - 1);
  let waiting = parts.length;
  const lengths = new Map<string, number>();
  for (const part of [...parts].sort((a, b) => a.length - b.length)) {
    const length = Math.min(part.length, Math.max(0, Math.floor(left / waiting)));
    lengths.set(part, length);
    left -= length;
    waiting--;
  }
  const shortened = parts.map((part) => shorten(part, lengths.get(part) ?? 0));
  return shortened.filter(Boolean).join('\n');
}

function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const beginning = Math.ceil(length * BEGINNING);
  const end = Math.max(0, length - beginning - 1);
  return end === 0 ? text.slice(0, length) : `${text.slice(0, beginning)}\n${text.slice(-end)}`;
}
