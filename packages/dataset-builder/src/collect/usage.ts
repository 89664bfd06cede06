import type { ModelReply, TokenCount } from './askable-model.js';
import type { ResolvedModel } from './collect-model.js';

/** Tokens of one call; left out where the provider did not say. */
export interface CallTokens {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly cachedInputTokens?: number | undefined;
}

/** What chat templates and hidden instructions of providers add to a prompt, at most. */
const OVERHEAD_TOKENS = 200;

/** Tokens that a prompt has at most: no tokenizer in use makes two of one byte. */
export function mostInputTokens(prompt: string): number {
  return Buffer.byteLength(prompt) + OVERHEAD_TOKENS;
}

/** Tokens that a prompt has about: four characters each. */
export function expectedInputTokens(prompt: string): number {
  return Math.ceil(prompt.length / 4) + 12;
}

/** The token usage that a provider reports. */
export function tokensOf({ usage }: ModelReply): CallTokens {
  const { inputTokens: input, outputTokens: output } = usage;
  return {
    inputTokens: totalOf(input),
    outputTokens: totalOf(output),
    reasoningTokens: typeof output === 'object' ? output.reasoning : undefined,
    cachedInputTokens: typeof input === 'object' ? input.cacheRead : undefined,
  };
}

/** US dollars; 0 where the price is unknown. */
export function costOf(model: ResolvedModel, input: number, output: number): number {
  const { pricePerMillionInputTokens: read = 0, pricePerMillionOutputTokens: written = 0 } = model;
  return (input * read + output * written) / 1e6;
}

function totalOf(count: TokenCount): number | undefined {
  return typeof count === 'object' ? count.total : count;
}
