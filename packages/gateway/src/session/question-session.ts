import type { ChatMessage } from '@embedllm/router';
import type { TokenUsage } from '../costs/token-usage.js';

/** What is known of the session that a request belongs to. */
export interface QuestionSession {
  /** The same for all its requests: 32 hexadecimal characters. */
  readonly id: string;
  /** How many of its requests were answered before this one. */
  readonly calls: number;
  /** The model that answered last; `undefined` at its beginning. */
  readonly model: string | undefined;
}

/**
 * Reduces a conversation to the question by which a model is chosen. `session` is `undefined` for
 * `POST /v1/route`, which belongs to none.
 */
export type ToSessionQuestion = (
  messages: readonly ChatMessage[],
  session: QuestionSession | undefined,
) => string;

/** What of a session hears of the end of a call. */
export interface KeptSession {
  /** A model answered, or began to; its usage is `undefined` where it did not count. */
  note(model: string, usage: TokenUsage | undefined): Promise<void>;
}
