import type { ModelInfo } from '@embedllm/core';
import type { ModelConfiguration } from '../configuration/model-configuration.js';
import { cacheWriteFactors } from '../provider/vendors.js';
import { NO_TOKENS, type TokenUsage } from './token-usage.js';

/** Nanodollars in a dollar. Sums of money are kept in whole nanodollars, so that they are exact. */
export const NANODOLLARS = 1e9;

/** What a model charges, in US dollars per million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  /** Of tokens that the cache keeps for an hour. */
  readonly cacheWriteHour: number;
  readonly output: number;
  readonly reasoning: number;
}

/**
 * The price of a model: what the configuration says, else what the artifact says. Cached tokens
 * cost as much as others that are read, reasoning tokens as much as others that are written, and
 * tokens that are written into a cache what its vendor adds to others, where nothing else is said.
 *
 * @returns `undefined` unless both the price of input and of output are known.
 */
export function priceOf(
  model: ModelConfiguration,
  info: ModelInfo | undefined,
  provider: string,
): ModelPrice | undefined {
  const input = model.pricePerMillionInputTokens ?? info?.pricePerMillionInputTokens;
  const output = model.pricePerMillionOutputTokens ?? info?.pricePerMillionOutputTokens;
  if (input === undefined || output === undefined) return undefined;
  const factors = cacheWriteFactors(provider);
  const cacheWrite = model.pricePerMillionCacheWriteTokens ?? (factors?.usual ?? 1) * input;
  const hour = factors === undefined ? cacheWrite : factors.hour * input;
  return {
    input,
    output,
    cachedInput: model.pricePerMillionCachedInputTokens ?? input,
    cacheWrite,
    cacheWriteHour: model.pricePerMillionCacheWriteHourTokens ?? hour,
    reasoning: model.pricePerMillionReasoningTokens ?? output,
  };
}

/** What tokens cost, in whole nanodollars, rounded up. */
export function costOf(price: ModelPrice, usage: TokenUsage): number {
  const { input, cachedInput, cacheWrite, cacheWriteHour, output, reasoning } = usage;
  const millionths =
    (input - cachedInput - cacheWrite) * price.input +
    cachedInput * price.cachedInput +
    (cacheWrite - cacheWriteHour) * price.cacheWrite +
    cacheWriteHour * price.cacheWriteHour +
    (output - reasoning) * price.output +
    reasoning * price.reasoning;
  // What binary fractions add must not become a nanodollar.
  return Math.ceil(millionths * 1000 - 1e-6);
}

/** The most that tokens can cost, whichever of them are cached or reasoning, in nanodollars. */
export function highestCostOf(
  price: ModelPrice,
  tokens: Pick<TokenUsage, 'input' | 'output'>,
): number {
  const { input, cachedInput, cacheWrite, cacheWriteHour, output, reasoning } = price;
  const highest = {
    input: Math.max(input, cachedInput, cacheWrite, cacheWriteHour),
    output: Math.max(output, reasoning),
  };
  return costOf({ ...price, ...highest }, { ...NO_TOKENS, ...tokens });
}
