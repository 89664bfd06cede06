import { type ChatMessage, lastUserQuestion, messageText } from '@embedllm/router';
import { taskQuestion } from '@embedllm/router/sessions';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import type { QuestionSession } from './question-session.js';

/**
 * Characters of a message that the choice goes by: as many as encoders that are models read, and more
 * than the questions that routers are trained on have. Encoding more would hold up everyone else.
 */
const FIRST_CHARACTERS = 6144;
/** Those at the end of a longer one, where the question behind a document stands. */
const LAST_CHARACTERS = 2048;

/**
 * The messages by which a model is chosen: the question alone, by the program's rule, else by
 * `routing.sessions.questionTokens`; all of them where the router reduces them itself.
 */
export function routedMessages(
  { toQuestion, state }: Pick<Exchange, 'toQuestion' | 'state'>,
  { messages }: Pick<ChatRequest, 'messages'>,
  session: QuestionSession | undefined,
): readonly ChatMessage[] {
  const { questionTokens: tokens } = state.configuration.routing.sessions;
  if (!toQuestion && tokens === 0) return messages.map(shortened);
  const content = toQuestion?.(messages, session) ?? taskQuestion(messages, { tokens });
  return [{ role: 'user', content }];
}

/** The question that a log of decisions keeps: the one by which the model was, or would have been, chosen. */
export function loggedQuestion(
  exchange: Pick<Exchange, 'toQuestion' | 'state'>,
  request: Pick<ChatRequest, 'messages'>,
  session: QuestionSession | undefined,
): string {
  return lastUserQuestion(routedMessages(exchange, request, session));
}

/**
 * Beginning and end of a message's text; its parts without text, such as images, do not matter here.
 */
function shortened(message: ChatMessage): ChatMessage {
  const text = messageText(message);
  const isShort = text.length <= FIRST_CHARACTERS + LAST_CHARACTERS;
  const content = isShort
    ? text
    : `${text.slice(0, FIRST_CHARACTERS)}\n${text.slice(-LAST_CHARACTERS)}`;
  return { role: message.role, content };
}
