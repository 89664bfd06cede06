import type { HealthyRates } from '@embedllm/router/sessions';

/** When a session counts as stuck. */
export interface StuckSettings {
  /** The largest probability of ever taking a session for stuck that is not, over 0 to below 1. @default 0.05 */
  readonly alpha: number;
  /**
   * By kind of outcome, the largest probability with which the next one fails in a session that is not stuck,
   * whatever came before, over 0 to below 1.
   *
   * @default tool 0.25, call 0.05, user 0.15, posted 0.3
   */
  readonly healthy: Partial<HealthyRates>;
}

/** How requests of one session are routed. */
export interface SessionSettings {
  /**
   * Whether a session stays with the model that answered it last whatever that costs, while it is among the
   * candidates of the policy. Not together with `worthUsd`.
   *
   * @default false
   */
  readonly sticky: boolean;
  /**
   * What success at the task of a session is worth, in US dollars, above 0: with it a session stays with its
   * model until the gain in success is worth more than what the rest of the task then costs more, reading the
   * conversation again included.
   *
   * @default every request is routed as if it were alone
   */
  readonly worthUsd: number | undefined;
  /**
   * How many calls a task is expected to take after the present one, from 0, for `worthUsd`.
   *
   * @default as many as the session has had
   */
  readonly furtherCalls: number | undefined;
  /** When a stuck session gets a stronger model. @default never */
  readonly stuck: StuckSettings | undefined;
  /**
   * The most tokens of the question by which `auto` chooses within a conversation, at four characters each:
   * of what tools are used for, the opening request, the model's last plan, what the user said last and what
   * the tools said since; a follow-up of under 40 characters goes with the answer that it is about. With 0,
   * the last message of the user decides, or the router's own `toQuestion`.
   *
   * @default 2000
   */
  readonly questionTokens: number;
  /** How long a session is remembered after its last request, in milliseconds. @default 3600000 */
  readonly idleMs: number;
  /** How many sessions and answers are remembered, each for under 2 kB of memory. @default 100000 */
  readonly most: number;
}
