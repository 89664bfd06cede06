import type { ModelInfo } from '@embedllm/core';

/** One model that a question could go to. */
export interface RouteCandidate {
  readonly model: ModelInfo;
  /** Calibrated probability of a correct answer, from 0 to 1. */
  readonly probability: number;
  /** Expected price of one answer in US dollars; left out where it is unknown. */
  readonly expectedCostUsd?: number | undefined;
}

/** Where a question should go. Plain JSON. */
export interface RouteDecision extends RouteCandidate {
  /**
   * The chosen model first, then the others in the policy's order: which to ask next if it
   * fails. All of them meet the policy's constraints.
   */
  readonly candidates: readonly RouteCandidate[];
  /** One sentence for logs. */
  readonly reason: string;
  /** Names of the policy's parts. */
  readonly policy: string;
  /**
   * How familiar the question is to the training data, from 0 to 1: the share of held-out training
   * questions that were less so. Below 0.01 it is stranger than 99% of them. Left out where the
   * artifact does not say.
   */
  readonly familiarity?: number | undefined;
  /**
   * How likely this choice was, from above 0 to 1: for estimates from logs. Only with a policy
   * that explores.
   */
  readonly propensity?: number | undefined;
  /** Whether exploring chose another model than the best. Only with a policy that explores. */
  readonly explored?: boolean | undefined;
}
