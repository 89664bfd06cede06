import type { ModelInfo } from '@embedllm/core';
import type { ModelConfiguration } from '../configuration/model-configuration.js';
import type { ChatRequest } from '../http/chat-request.js';
import { type ModelPrice, priceOf } from './model-price.js';

/** What is known of a model; the configuration goes before the artifact. */
export interface ModelFacts {
  readonly price: ModelPrice | undefined;
  /** The most tokens of question and answer together. */
  readonly contextLength: number | undefined;
  /** The most tokens of an answer. */
  readonly maxOutputTokens: number | undefined;
  /** `undefined` where nothing says what it can do. */
  readonly capabilities: readonly string[] | undefined;
}

/**
 * Puts together what configuration and artifact say of a model.
 *
 * @param provider - Of its upstream.
 */
export function factsOf(
  model: ModelConfiguration,
  info: ModelInfo | undefined,
  provider: string,
): ModelFacts {
  return {
    price: priceOf(model, info, provider),
    contextLength: model.contextLength ?? info?.contextLength,
    maxOutputTokens: model.maxOutputTokens,
    capabilities: model.capabilities ?? info?.capabilities,
  };
}

/** Whether question and answer fit into a model, as far as its length is known. */
export function hasRoom(
  facts: ModelFacts | undefined,
  { input, maxTokens = 0 }: Pick<ChatRequest, 'input' | 'maxTokens'>,
): boolean {
  return input.likely + maxTokens <= (facts?.contextLength ?? Number.POSITIVE_INFINITY);
}
