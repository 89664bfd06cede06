import type { ModelConfiguration } from '../configuration/model-configuration.js';
import type { ModelPrice } from '../costs/model-price.js';
import type { InputUsage } from '../costs/token-usage.js';
import type { SessionMemory, WarmPrefix } from './session-memory.js';

/** A conversation this much shorter than the one before was summarised: what caches hold is of no use. */
const SUMMARISED = 0.7;
const HOUR_MS = 3_600_000;

/** A call, for what caches hold after it. */
export interface PrefixOptions {
  readonly read: InputUsage;
  /** Whether clients mark what is cached. */
  readonly isMarked: boolean;
  readonly price: ModelPrice | undefined;
  /** What the cache held before. */
  readonly before: WarmPrefix | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long the cache keeps what it does not keep for an hour. */
  readonly keepMs: number;
}

/**
 * What holds a prefix: a model at its upstream. Entries that ask for another effort share it, for the prompt
 * is the same; a budget of thinking is a part of the prompt at Anthropic's models.
 */
export function cacheOf({ upstream, model, thinkingTokens }: ModelConfiguration): string {
  return JSON.stringify([
    upstream,
    model,
    ...(thinkingTokens === undefined ? [] : [thinkingTokens]),
  ]);
}

/**
 * What a cache holds after a call. Where clients mark what is cached, as at Anthropic's models, that is what was
 * read from it or written into it; elsewhere the whole prompt, where the model has a price for cached tokens.
 */
export function prefixAfter(options: PrefixOptions): WarmPrefix | undefined {
  const { read, isMarked, price, before, now, keepMs } = options;
  const { input, cachedInput, cacheWrite, cacheWriteHour } = read;
  const hasDiscount = price !== undefined && price.cachedInput < price.input;
  const whole = hasDiscount || cachedInput > 0 ? input : 0;
  const tokens = isMarked || cacheWrite > 0 ? cachedInput + cacheWrite : whole;
  if (tokens === 0) return undefined;
  // What is kept for an hour comes before all else that is cached, and reading it starts the hour again.
  const kept = before?.hour && before.hour.until > now ? before.hour.tokens : 0;
  const hour = cacheWriteHour > 0 ? cachedInput + cacheWriteHour : Math.min(kept, cachedInput);
  const prefix = { tokens, until: now + keepMs };
  return hour > 0 ? { ...prefix, hour: { tokens: hour, until: now + HOUR_MS } } : prefix;
}

/** Tokens of the next request that a cache still holds. @param estimate - Of what the request reads. */
export function warmTokens(
  { warm, lastEstimate }: SessionMemory,
  cache: string,
  estimate: number,
  now: number,
): number {
  const prefix = warm[cache];
  if (!prefix || estimate < SUMMARISED * lastEstimate) return 0;
  if (prefix.until > now) return prefix.tokens;
  return prefix.hour && prefix.hour.until > now ? prefix.hour.tokens : 0;
}

/** The prefixes that are still warm, with a new one. */
export function withPrefix(
  warm: SessionMemory['warm'],
  cache: string,
  prefix: WarmPrefix | undefined,
  now: number,
): SessionMemory['warm'] {
  const kept = Object.entries(warm).filter(([name, { until, hour }]) => {
    return name !== cache && Math.max(until, hour?.until ?? 0) > now;
  });
  return Object.fromEntries([...kept, ...(prefix ? [[cache, prefix] as const] : [])]);
}
