import type { ModelInfo } from '@embedllm/core';

/** What a policy knows of one question; lists have length M and are in pool order. */
export interface PolicyRequest {
  readonly models: readonly ModelInfo[];
  /** Logits of a correct answer: they order models where probabilities round to the same number. */
  readonly logits: Float32Array;
  /** Calibrated probabilities of a correct answer, from 0 to 1. */
  readonly probabilities: Float64Array;
  /** Expected price of one answer in US dollars; NaN where it is unknown. */
  readonly costsUsd: Float64Array;
  /** Tokens of the question; `undefined` where only its embedding is known. */
  readonly inputTokens: number | undefined;
  /** As `RouteDecision.familiarity`; `undefined` where it is not known. */
  readonly familiarity?: number | undefined;
}

/** How an objective orders the models of one question. */
export interface Preference {
  /**
   * Negative when model `a` is to be chosen before `b`. The router breaks ties: the larger
   * logit first, then pool order.
   */
  compare(a: number, b: number): number;
  /** One sentence for logs on why `chosen` leads; `next` is the second, where there is one. */
  explain(chosen: number, next: number | undefined): string;
}

/** Says which model is best. A policy has at most one. */
export interface Objective {
  readonly kind: 'objective';
  readonly name: string;
  /**
   * Whether it always puts the larger probability first: choices can then be made from logits
   * alone, without probabilities and costs.
   *
   * @default false
   */
  readonly byProbability?: boolean | undefined;
  /**
   * The order of the models for one question.
   *
   * @param admitted - Models that met all constraints: indices, ascending, at least one.
   */
  prefer(request: PolicyRequest, admitted: readonly number[]): Preference;
}

/** Says which models may answer at all. A policy may have many; all must hold. */
export interface Constraint {
  readonly kind: 'constraint';
  readonly name: string;
  /** What it looks at: where no model is left, the error says for how many this is unknown. */
  readonly needs?: readonly (keyof ModelInfo | 'cost')[] | undefined;
  /** Whether the model at this position of the pool may answer; what is unknown counts as no. */
  admits(request: PolicyRequest, model: number): boolean;
}

/** Occasionally picks a model other than the best, so that logs cover every model. */
export interface Exploration {
  readonly kind: 'exploration';
  readonly name: string;
  /**
   * @param ranked - What the objective chose first, then all others that were admitted.
   * @returns the position in `ranked` to choose, and how likely this choice was.
   */
  choose(ranked: readonly number[]): { readonly position: number; readonly propensity: number };
}

/** Puts one model before all others on some questions. */
export interface Redirection {
  readonly kind: 'redirection';
  readonly name: string;
  /** Name of the model, or `single-best`: nothing is redirected once that left the pool. */
  readonly use: string;
  /** Whether a request goes to that model. */
  redirects(request: PolicyRequest): boolean;
}

/** What policies are made of. */
export type PolicyPart = Objective | Constraint | Exploration | Redirection;

/**
 * One part or a list of parts, lists within lists allowed. Without an objective the best quality
 * decides.
 *
 * @example
 * const policy = [deny(['slow-model']), latencyCeiling({ latencyMs: 2000 }), cheapestAbove({ floor: 0.8 })];
 */
export type Policy = PolicyPart | readonly Policy[];
