// What the page shows of a decision. It travels with the message, so that the page needs no request
// of its own for it.
import { readEmbedLLMMetadata } from '@embedllm/router/ai-sdk';
import type { ProviderMetadata, UIMessage } from 'ai';
import { BASELINE, costUsd, isModelName } from './models';

export interface RoutingNote {
  /** The model that answered. */
  readonly model: string;
  /** How likely it was to answer correctly, from 0 to 1. */
  readonly probability: number;
  /** Why the router chose its first choice. */
  readonly reason: string;
  /** Models that failed before one answered. */
  readonly failed: readonly string[];
  readonly baseline: string;
  /** What the answer cost, in US dollars. */
  readonly costUsd: number;
  /** What the baseline's would have cost with as many tokens. */
  readonly baselineUsd: number;
}

export type ChatMessage = UIMessage<RoutingNote>;

/** The note on an answer; undefined where its model has no known price. */
export function routingNote(
  providerMetadata: ProviderMetadata | undefined,
  usage: { inputTokens?: number | undefined; outputTokens?: number | undefined },
): RoutingNote | undefined {
  const decision = readEmbedLLMMetadata(providerMetadata);
  if (!decision || !isModelName(decision.model)) return undefined;
  const { model, probability, reason, attempts } = decision;
  const { inputTokens = 0, outputTokens = 0 } = usage;
  return {
    model,
    probability,
    reason,
    failed: attempts.slice(0, -1).map((attempt) => attempt.model),
    baseline: BASELINE,
    costUsd: costUsd(decision.model, inputTokens, outputTokens),
    baselineUsd: costUsd(BASELINE, inputTokens, outputTokens),
  };
}
