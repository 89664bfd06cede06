import { EmbedLLMError, type ModelInfo } from '@embedllm/core';
import { estimateTokens } from '../question/routable.js';

/** What one answer of a model costs. */
export interface ModelPrice {
  readonly usdPerMillionOutputTokens: number;
  readonly usdPerMillionInputTokens: number;
  /** Tokens of a usual answer; NaN where unknown. */
  readonly outputTokens: number;
}

/**
 * The prices of a model; NaN for what is not known. Tokens of a usual answer are
 * `meanOutputTokens`, else a quarter of `metadata.meanOutputChars`, as about four characters make
 * a token. A model without input price charges nothing for input.
 *
 * @throws EmbedLLMError `invalid-argument` when a field is not a number ≥ 0.
 */
export function priceOf(model: ModelInfo): ModelPrice {
  const amount = (field: string, value: unknown): number => {
    if (value === undefined || value === null) return Number.NaN;
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new EmbedLLMError(
      `The ${field} of ${JSON.stringify(model.name)} is ${String(value)}, but must be a number of at least 0.`,
      { code: 'invalid-argument' },
    );
  };
  amount('contextLength', model.contextLength);
  amount('latencyMs', model.latencyMs);
  const output = amount('pricePerMillionOutputTokens', model.pricePerMillionOutputTokens);
  const input = amount('pricePerMillionInputTokens', model.pricePerMillionInputTokens);
  const tokens = amount('meanOutputTokens', model.meanOutputTokens);
  const chars = amount('metadata.meanOutputChars', model.metadata?.meanOutputChars);
  return {
    usdPerMillionOutputTokens: output,
    usdPerMillionInputTokens: Number.isNaN(input) ? 0 : input,
    outputTokens: Number.isNaN(tokens) ? estimateTokens(chars) : tokens,
  };
}

/**
 * Expected dollars of one answer of each model: price x tokens, of question and answer.
 *
 * @param inputTokens - Of the question; 0 where unknown.
 * @param outputTokens - Predicted tokens of each answer, length M; usual ones when left out.
 * @returns length M, NaN where price or length is unknown.
 */
export function expectedCosts(
  prices: readonly ModelPrice[],
  inputTokens: number,
  outputTokens?: ArrayLike<number>,
): Float64Array {
  const costs = new Float64Array(prices.length);
  for (let model = 0; model < prices.length; model++) {
    const price = prices[model] as ModelPrice;
    const predicted = outputTokens?.[model] ?? Number.NaN;
    const tokens = Number.isNaN(predicted) ? price.outputTokens : Math.max(0, predicted);
    costs[model] =
      (price.usdPerMillionOutputTokens * tokens + price.usdPerMillionInputTokens * inputTokens) /
      1e6;
  }
  return costs;
}
