import { describe, expect, it } from 'vitest';
import { costOf, highestCostOf } from './model-price.js';
import { findUsage, NO_TOKENS, readMessagesUsage, readUsage } from './token-usage.js';

describe('readUsage', () => {
  it.each([
    [
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        prompt_tokens_details: { cached_tokens: 60 },
        completion_tokens_details: { reasoning_tokens: 20 },
      },
      { input: 100, cachedInput: 60, cacheWrite: 0, output: 50, reasoning: 20 },
    ],
    [
      { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4, total_tokens: 10 },
      { input: 9, cachedInput: 4, cacheWrite: 0, output: 1, reasoning: 0 },
    ],
    // Reasoning that is counted apart, as the total shows.
    [
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 45,
        completion_tokens_details: { reasoning_tokens: 30 },
      },
      { input: 10, cachedInput: 0, cacheWrite: 0, output: 35, reasoning: 30 },
    ],
    // More cached than read cannot be.
    [
      { prompt_tokens: 3, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 9 } },
      { input: 3, cachedInput: 3, cacheWrite: 0, output: 0, reasoning: 0 },
    ],
    // Tokens that were written into a cache, as this gateway and as others name them.
    [
      {
        prompt_tokens: 50,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 12 },
      },
      { input: 50, cachedInput: 30, cacheWrite: 12, output: 1, reasoning: 0 },
    ],
    [
      { prompt_tokens: 50, completion_tokens: 1, cache_creation_input_tokens: 80 },
      { input: 50, cachedInput: 0, cacheWrite: 50, output: 1, reasoning: 0 },
    ],
    [{ prompt_tokens: -1, completion_tokens: 5 }, undefined],
    [{ prompt_tokens: '7', completion_tokens: 5 }, undefined],
    [{ prompt_tokens: 1.5, completion_tokens: 5 }, undefined],
    [null, undefined],
    ['many', undefined],
  ])('reads %j', (value, usage) => {
    expect(readUsage(value)).toEqual(usage && { ...NO_TOKENS, ...usage });
  });
});

describe('readMessagesUsage', () => {
  it('reads what a cache keeps for an hour, and never more of it than was written', () => {
    const read = (hour: unknown, written = 20) =>
      readMessagesUsage({
        input_tokens: 10,
        cache_creation_input_tokens: written,
        cache_creation: { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: hour },
        output_tokens: 7,
      });
    expect(read(12)).toEqual({
      ...NO_TOKENS,
      input: 30,
      cacheWrite: 20,
      cacheWriteHour: 12,
      output: 7,
    });
    expect(read(12, 5)).toMatchObject({ cacheWrite: 5, cacheWriteHour: 5 });
    for (const odd of [-1, '12', null, undefined, 0.5]) {
      expect(read(odd)).toMatchObject({ cacheWrite: 20, cacheWriteHour: 0 });
    }
  });
});

describe('findUsage', () => {
  it('finds the last one of a text that begins in the middle', () => {
    const usage = { prompt_tokens: 7, completion_tokens: 2, prompt_tokens_details: { audio: 0 } };
    const creation = { cache_creation: { ephemeral_1h_input_tokens: 3 } };
    const messages = { input_tokens: 1, cache_creation_input_tokens: 4, output_tokens: 2 };
    const inside = `"usage":${JSON.stringify({ ...creation, ...messages })}}`;
    expect(findUsage(inside, readMessagesUsage)).toMatchObject({ input: 5, cacheWriteHour: 3 });
    const text = `lost "usage": {"}], "usage" : ${JSON.stringify(usage)}, "id": "x"}`;
    expect(findUsage(text)).toMatchObject({ input: 7, output: 2 });
    expect(findUsage('"usage": {"prompt_tokens": 7')).toBeUndefined();
    expect(findUsage('no usage')).toBeUndefined();
  });
});

describe('the cost of tokens', () => {
  const price = {
    input: 0.15,
    cachedInput: 0.075,
    cacheWrite: 0.15,
    cacheWriteHour: 0.15,
    output: 0.6,
    reasoning: 0.9,
  };

  it('is exact in nanodollars, with cached and reasoning tokens at their own prices', () => {
    const usage = { ...NO_TOKENS, input: 100, cachedInput: 60, output: 50, reasoning: 20 };
    // 40 x 0.15 + 60 x 0.075 + 30 x 0.6 + 20 x 0.9 = 46.5 millionths of a dollar.
    expect(costOf(price, usage)).toBe(46_500);
    // 10 of the 40 are written into a cache, and cost 0.05 more.
    expect(costOf({ ...price, cacheWrite: 0.2 }, { ...usage, cacheWrite: 10 })).toBe(47_000);
    // 4 of those 10 are kept for an hour, and cost another 0.1 more.
    const prices = { ...price, cacheWrite: 0.2, cacheWriteHour: 0.3 };
    expect(costOf(prices, { ...usage, cacheWrite: 10, cacheWriteHour: 4 })).toBe(47_400);
  });

  it('is at most that of tokens of the dearest kinds', () => {
    expect(highestCostOf(price, { input: 100, output: 50 })).toBe(60_000);
    expect(highestCostOf({ ...price, cacheWrite: 0.3 }, { input: 100, output: 50 })).toBe(75_000);
    expect(highestCostOf({ ...price, cacheWriteHour: 0.4 }, { input: 100, output: 50 })).toBe(
      85_000,
    );
  });

  it('is rounded up', () => {
    expect(costOf({ ...price, input: 0.0001 }, { ...NO_TOKENS, input: 1 })).toBe(1);
  });
});
