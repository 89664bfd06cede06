import type { Operation } from '../operation.js';

/** A model that clients may name, or the router choose. */
export interface ModelConfiguration {
  /** Its name for clients and in the router's pool. */
  readonly name: string;
  /** The name of its upstream. */
  readonly upstream: string;
  /** Its name at the upstream. */
  readonly model: string;
  /**
   * The effort that requests ask for under this name, whatever the client wrote: `reasoning_effort` of chat
   * completions, `reasoning.effort` of responses, `output_config.effort` of messages.
   *
   * @default as the client says
   */
  readonly effort: string | undefined;
  /**
   * Thinking budget in tokens for Messages requests under this name, whatever the client sent: from
   * 1024, or 0 for not at all. It takes requests in no other protocol.
   *
   * @default as the client says
   */
  readonly thinkingTokens: number | undefined;
  /** What can be asked of it; only models that take `chat`, in any protocol, are routed to. @default all */
  readonly operations: readonly Operation[];
  /** US dollars per million tokens read. @default what the artifact says */
  readonly pricePerMillionInputTokens: number | undefined;
  /** Of tokens read that the upstream had cached. @default as other input */
  readonly pricePerMillionCachedInputTokens: number | undefined;
  /**
   * Price of input tokens that the upstream wrote to its cache.
   *
   * @default as other input; 1.25 times as much where the upstream's provider is `anthropic`
   */
  readonly pricePerMillionCacheWriteTokens: number | undefined;
  /**
   * Price of input tokens written to a cache that keeps them for an hour.
   *
   * @default as other cache writes; twice as much as other input where the upstream's provider is `anthropic`
   */
  readonly pricePerMillionCacheWriteHourTokens: number | undefined;
  /** US dollars per million tokens written. @default what the artifact says */
  readonly pricePerMillionOutputTokens: number | undefined;
  /** Of tokens written that are reasoning. @default as other output */
  readonly pricePerMillionReasoningTokens: number | undefined;
  /** The most tokens that an answer can have at its upstream. @default unknown */
  readonly maxOutputTokens: number | undefined;
  /** The most tokens that question and answer can have together. @default what the artifact says */
  readonly contextLength: number | undefined;
  /** What it can do, such as `tools` and `vision`. @default what the artifact says */
  readonly capabilities: readonly string[] | undefined;
  /** Where it is served, such as `eu`. @default what the artifact says */
  readonly regions: readonly string[] | undefined;
  /** The usual time of an answer, in milliseconds. @default what the artifact says */
  readonly latencyMs: number | undefined;
}
