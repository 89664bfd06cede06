import type { Routable, RouteDecision, RouteOptions, Router } from '../index.js';
import type { CallOptions, CallPromptMessage } from './language-model.js';

/** A model failed before its first token and the next candidate is asked. */
export interface FallbackEvent {
  /** The model that failed. */
  readonly model: string;
  readonly error: unknown;
  /** The model that is asked instead. */
  readonly next: string;
}

/** Options of `embedllm`. */
export interface EmbedLLMOptions<Model> {
  /** Chooses the model. */
  readonly router: Pick<Router, 'models' | 'route'>;
  /**
   * The AI SDK's model for each name of the router's pool that may be chosen. Names of the pool
   * that are left out are never chosen.
   */
  readonly models: Readonly<Record<string, Model>>;
  /**
   * Reduces a prompt to the question that it is routed by.
   *
   * @default the router's own rule for chats
   */
  readonly question?:
    | ((prompt: readonly CallPromptMessage[]) => Routable | Promise<Routable>)
    | undefined;
  /**
   * The capabilities that a model needs for a call. One that no model of the pool is known to have
   * constrains nothing.
   *
   * @default `vision`, `audio`, `video`, `files`, `tools` and `json`, by what the call holds
   */
  readonly capabilities?: ((call: CallOptions) => readonly string[]) | undefined;
  /** Passed to the router with every question: an allow list, a policy. */
  readonly routing?: Omit<RouteOptions, 'signal' | 'onProgress' | 'top'> | undefined;
  /**
   * How many candidates a call may try, from 1.
   *
   * @default all of them
   */
  readonly maxAttempts?: number | undefined;
  /**
   * How long a stream may take to its first token before the next candidate is asked, in
   * milliseconds. The last candidate may take as long as `abortSignal` allows.
   *
   * @default 60000
   */
  readonly firstTokenMs?: number | undefined;
  /**
   * How long an answer that is not streamed may take before the next candidate is asked, in
   * milliseconds. The last candidate may take as long as `abortSignal` allows.
   *
   * @default 120000
   */
  readonly answerMs?: number | undefined;
  /**
   * Whether the next candidate should be asked after this error. Never called once a token has
   * been passed on, or after an abort.
   *
   * @default isWorthFallback
   */
  readonly shouldFallBack?: ((error: unknown) => boolean) | undefined;
  /** Called with every decision, before a model is called. */
  readonly onDecision?: ((decision: RouteDecision) => void) | undefined;
  /** Called with every fallback, for logs. */
  readonly onFallback?: ((event: FallbackEvent) => void) | undefined;
}
