import { isFollowUp } from './follow-up.js';

/** One message of a chat, in the form of the OpenAI API and of those like it. */
export interface ChatMessage {
  readonly role: string;
  /** A text, or parts of which those with a `text` count. */
  readonly content?: string | readonly unknown[] | null | undefined;
}

/** The text of a message; parts are joined by line breaks, and parts without text left out. */
export function messageText({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(partText).filter(Boolean).join('\n');
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null || !('text' in part)) return '';
  return typeof part.text === 'string' ? part.text : '';
}

/**
 * Reduces a chat to a question: the last message of the user, and while that is shorter than 40
 * characters the user's message before it in front of it, line by line. System prompts and answers
 * are left out, because the models were compared on single questions.
 *
 * @returns an empty text when the user has written nothing; such a chat is routed by the models'
 * abilities in general.
 */
export function lastUserQuestion(messages: readonly ChatMessage[]): string {
  const said = messages
    .filter(({ role }) => role === 'user')
    .map((message) => messageText(message).trim())
    .filter(Boolean);
  let question = said.pop() ?? '';
  while (said.length > 0 && isFollowUp(question)) {
    question = `${said.pop()}\n${question}`;
  }
  return question;
}
