import type { RouteDecision } from '../index.js';
import type { AttemptRecord } from './attempt.js';

/** What a result's `providerMetadata.embedllm` holds; plain JSON. */
export type EmbedLLMMetadata = {
  /** The model that answered. */
  model: string;
  /** Its predicted probability of a correct answer, from 0 to 1. */
  probability: number;
  /** All models that the question could go to, the router's first choice first. */
  candidates: { model: string; probability: number; expectedCostUsd?: number }[];
  /** The models tried, in order: those that failed with their error, then the one that answered. */
  attempts: { model: string; error?: string }[];
  /** The router's own sentence about its first choice. */
  reason: string;
  /** Names of the policy's parts. */
  policy: string;
  /** How familiar the question is to the training data, from 0 to 1; where the artifact says. */
  familiarity?: number;
  /** How likely the first choice was; only with a policy that explores. */
  propensity?: number;
};

/**
 * The decision in the `providerMetadata` of a result, with its type: the AI SDK itself types what
 * providers add as any JSON.
 *
 * @returns `undefined` where another model answered, or something else than this provider wrote
 * the entry.
 *
 * @example
 * ```ts
 * const { providerMetadata } = await generateText({ model: auto, prompt });
 * console.log(readEmbedLLMMetadata(providerMetadata)?.model);
 * ```
 */
export function readEmbedLLMMetadata(
  providerMetadata: Readonly<Record<string, unknown>> | undefined,
): EmbedLLMMetadata | undefined {
  const entry = providerMetadata?.embedllm;
  return isMetadata(entry) ? entry : undefined;
}

function isMetadata(entry: unknown): entry is EmbedLLMMetadata {
  if (typeof entry !== 'object' || entry === null) return false;
  const { model, probability, candidates, attempts, reason, policy }: Partial<EmbedLLMMetadata> =
    entry;
  return (
    [model, reason, policy].every((text) => typeof text === 'string') &&
    typeof probability === 'number' &&
    [candidates, attempts].every(
      (list) => Array.isArray(list) && list.every((item) => typeof item?.model === 'string'),
    )
  );
}

/** Describes a decision and what came of it. */
export function decisionMetadata(
  decision: RouteDecision,
  attempts: readonly AttemptRecord[],
): EmbedLLMMetadata {
  const answered = attempts.at(-1)?.model ?? decision.model.name;
  const candidate = decision.candidates.find(({ model }) => model.name === answered);
  return {
    model: answered,
    probability: candidate?.probability ?? decision.probability,
    candidates: decision.candidates.map(({ model, probability, expectedCostUsd }) => ({
      model: model.name,
      probability,
      ...(expectedCostUsd === undefined ? {} : { expectedCostUsd }),
    })),
    attempts: attempts.map(({ model, error }) =>
      error === undefined ? { model } : { model, error },
    ),
    reason: decision.reason,
    policy: decision.policy,
    ...(decision.familiarity === undefined ? {} : { familiarity: decision.familiarity }),
    ...(decision.propensity === undefined ? {} : { propensity: decision.propensity }),
  };
}
