import { messageText } from '@embedllm/router';
import type { ChatRequest } from '../http/chat-request.js';

/** Members that do not change an answer, as long as none of them cuts it off. */
const NEUTRAL: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'input', 'stream', 'stream_options', 'store', 'user', 'metadata'],
  ...['max_tokens', 'max_completion_tokens', 'max_output_tokens'],
  ...['prompt_cache_key', 'safety_identifier', 'service_tier'],
]);

/**
 * Whether the question that is logged is all that the request has: one message, without instructions and settings.
 * Then asking the question again asks the same.
 */
export function isPromptOnly({ messages, body }: ChatRequest, question: string): boolean {
  const [message, ...others] = messages;
  if (message?.role !== 'user' || others.length > 0) return false;
  if (messageText(message).trim() !== question.trim()) return false;
  return Object.entries(body).every(
    ([name, value]) => NEUTRAL.has(name) || value === undefined || value === null,
  );
}
