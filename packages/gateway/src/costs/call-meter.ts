import type { Exchange } from '../exchange.js';
import type { CallOutcome } from '../upstream/upstream-answer.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import { costOf, type ModelPrice, NANODOLLARS } from './model-price.js';
import { type CallSpending, type InputUsage, NO_TOKENS, type TokenUsage } from './token-usage.js';

/** What a call is measured with. */
export interface CallMeterOptions {
  readonly exchange: Exchange;
  /** The model's name at the gateway. */
  readonly model: string;
  readonly price: ModelPrice | undefined;
  /** Tokens that it likely reads. */
  readonly inputTokens: number;
  /** The most tokens that it may write, where that is known. */
  readonly mostOutputTokens: number | undefined;
  /** Takes what was spent, once. */
  readonly onSettled?: ((spending: CallSpending) => void) | undefined;
}

/** What a fast model writes; it counts where a client gives up an answer that nobody has seen. */
const TOKENS_PER_SECOND = 200;

/**
 * Measures what a call of an upstream costs: by the `usage` of its answer. Where an answer broke off
 * or has none, its tokens are estimated from what was seen of it; calls that the upstream refused
 * or never answered cost nothing.
 */
export class CallMeter {
  readonly #options: CallMeterOptions;
  readonly #start = performance.now();
  #usage: TokenUsage | undefined;
  #read: InputUsage | undefined;
  #seenTokens = 0;

  constructor(options: CallMeterOptions) {
    this.#options = options;
  }

  /** The upstream says what it counted; the last word counts. */
  noteUsage(usage: TokenUsage | undefined): void {
    this.#usage = usage ?? this.#usage;
  }

  /** What the upstream counted, once it has said so. */
  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  /** The upstream says what it read, of an answer that may break off before it has counted the rest. */
  noteRead(read: InputUsage | undefined): void {
    this.#read = read ?? this.#read;
  }

  /** So many tokens of the answer have come in all, as far as can be determined without their usage. */
  noteOutput(tokens: number): void {
    this.#seenTokens = tokens;
  }

  /** The call is over; to be called once. */
  settle(outcome: CallOutcome): void {
    const { exchange, model, price, onSettled } = this.#options;
    const counted = this.#usage ?? this.#estimate(outcome);
    const usage = counted ?? NO_TOKENS;
    const cost = price === undefined ? 0 : costOf(price, usage);
    onSettled?.({ ...usage, cost });
    if (!counted) return;
    const key = exchange.notes.client ?? '';
    const { tokens, dollars } = exchange.metrics;
    tokens.add({ key, model, kind: 'input' }, usage.input);
    tokens.add({ key, model, kind: 'cached_input' }, usage.cachedInput);
    tokens.add({ key, model, kind: 'cache_write' }, usage.cacheWrite);
    tokens.add({ key, model, kind: 'cache_write_hour' }, usage.cacheWriteHour);
    tokens.add({ key, model, kind: 'output' }, usage.output);
    tokens.add({ key, model, kind: 'reasoning' }, usage.reasoning);
    if (price !== undefined) dollars.add({ key, model }, cost / NANODOLLARS);
    const { baseline } = exchange.state;
    exchange.noteSpending({
      inputTokens: usage.input,
      cachedInputTokens: usage.cachedInput,
      cacheWriteTokens: usage.cacheWrite,
      cacheWriteHourTokens: usage.cacheWriteHour,
      outputTokens: usage.output,
      reasoningTokens: usage.reasoning,
      ...(price === undefined ? {} : { costUsd: cost / NANODOLLARS }),
      ...(baseline && { baselineUsd: costOf(baseline, usage) / NANODOLLARS }),
      ...(this.#usage ? {} : { isEstimated: true }),
    });
  }

  /** `undefined` where it is nothing. */
  #estimate(outcome: CallOutcome): TokenUsage | undefined {
    const read = this.#read ?? { input: this.#options.inputTokens };
    let output = this.#seenTokens;
    if (outcome === 'refused') return undefined;
    if (outcome instanceof UpstreamFailure && output === 0) {
      // After a timeout the upstream may have read it, and charges for that.
      if (outcome.reason !== 'timeout') return undefined;
    }
    if (outcome === 'abandoned' && output === 0) output = this.#unseenTokens();
    return { ...NO_TOKENS, ...read, output };
  }

  /** What a model may have written of an answer that nobody has seen anything of. */
  #unseenTokens(): number {
    const seconds = (performance.now() - this.#start) / 1000;
    const { mostOutputTokens = Number.POSITIVE_INFINITY } = this.#options;
    return Math.min(Math.ceil(seconds * TOKENS_PER_SECOND), mostOutputTokens);
  }
}
