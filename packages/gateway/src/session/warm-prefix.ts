import type { ModelConfiguration } from '../configuration/model-configuration.js';
import type { ModelPrice } from '../costs/model-price.js';
import type { TokenUsage } from '../costs/token-usage.js';
import type { SessionMemory, WarmPrefix } from './session-memory.js';

/** A conversation this much shorter than the one before was summarised: what caches hold is of no use. */
const SUMMARISED = 0.7;

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
export function prefixAfter(
  { input, cachedInput, cacheWrite }: Pick<TokenUsage, 'input' | 'cachedInput' | 'cacheWrite'>,
  isMarked: boolean,
  price: ModelPrice | undefined,
  until: number,
): WarmPrefix | undefined {
  const hasDiscount = price !== undefined && price.cachedInput < price.input;
  const whole = hasDiscount || cachedInput > 0 ? input : 0;
  const tokens = isMarked || cacheWrite > 0 ? cachedInput + cacheWrite : whole;
  return tokens > 0 ? { tokens, until } : undefined;
}

/** Tokens of the next request that a cache still holds. @param estimate - Of what the request reads. */
export function warmTokens(
  { warm, lastEstimate }: SessionMemory,
  cache: string,
  estimate: number,
  now: number,
): number {
  const prefix = warm[cache];
  if (!prefix || prefix.until <= now || estimate < SUMMARISED * lastEstimate) return 0;
  return prefix.tokens;
}

/** The prefixes that are still warm, with a new one. */
export function withPrefix(
  warm: SessionMemory['warm'],
  cache: string,
  prefix: WarmPrefix | undefined,
  now: number,
): SessionMemory['warm'] {
  const kept = Object.entries(warm).filter(([name, { until }]) => name !== cache && until > now);
  return Object.fromEntries([...kept, ...(prefix ? [[cache, prefix] as const] : [])]);
}
