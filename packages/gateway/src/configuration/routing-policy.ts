import {
  allow,
  bestQuality,
  type Constraint,
  cheapestAbove,
  deny,
  explore,
  latencyCeiling,
  type Policy,
  type PolicyPart,
  preferring,
  requiredCapabilities,
  utility,
  whenUnfamiliar,
  withinBudget,
} from '@embedllm/router';

/** How a gateway chooses among its models, as a configuration says it. Plain data. */
export interface RoutingPolicy {
  /** What makes a model the best one. @default best-quality */
  readonly objective: 'best-quality' | 'utility' | 'cheapest-above' | 'preferring';
  /** `utility`: how much probability a dollar is worth, from 0. */
  readonly lambda?: number | undefined;
  /** `cheapest-above`: the lowest probability that will do, from 0 to 1. */
  readonly floor?: number | undefined;
  /** `preferring`: the model to stay with. */
  readonly prefer?: string | undefined;
  /** `preferring`: how much more likely to be right another must be, from 0 to 1. */
  readonly margin?: number | undefined;
  /** Only these models. */
  readonly allow?: readonly string[] | undefined;
  /** All but these models. */
  readonly deny?: readonly string[] | undefined;
  /** Most US dollars that an answer may be expected to cost. */
  readonly maxCostUsd?: number | undefined;
  /** Longest usual time of an answer, in milliseconds. */
  readonly maxLatencyMs?: number | undefined;
  /** What every model must be able to do, such as `tools`. */
  readonly capabilities?: readonly string[] | undefined;
  /** Where a model must be served. */
  readonly region?: string | undefined;
  /**
   * The model that takes questions unlike those of training, or `single-best` for the model that was
   * best on these. @default none: by the objective, as all others
   */
  readonly whenUnfamiliar?: string | undefined;
  /** `whenUnfamiliar`: the familiarity below which a question is, from 0 to 1. @default 0.01 */
  readonly unfamiliarBelow?: number | undefined;
  /** Share of requests that go to another model at random, from 0 to 1. @default 0 */
  readonly explore?: number | undefined;
  /** Seed of exploring. @default 0 */
  readonly seed?: number | undefined;
}

/** What turns models away: requests may do so too, and thus only ever narrow a policy. */
export type RoutingConstraints = Pick<
  RoutingPolicy,
  'allow' | 'deny' | 'maxCostUsd' | 'maxLatencyMs' | 'capabilities' | 'region'
>;

/** The router's policy of settings that were checked. */
export function createPolicy(settings: RoutingPolicy): Policy {
  const parts: PolicyPart[] = createConstraints(settings);
  const { whenUnfamiliar: use, unfamiliarBelow: below = 0.01 } = settings;
  if (use !== undefined) parts.push(whenUnfamiliar({ below, use }));
  parts.push(createObjective(settings));
  if (settings.explore !== undefined && settings.explore > 0) {
    parts.push(explore({ epsilon: settings.explore, seed: settings.seed ?? 0 }));
  }
  return parts;
}

/** The router's constraints of settings that were checked. */
export function createConstraints(settings: RoutingConstraints): Constraint[] {
  const { maxCostUsd, maxLatencyMs, capabilities, region } = settings;
  const parts: Constraint[] = [];
  if (settings.allow) parts.push(allow(settings.allow));
  if (settings.deny) parts.push(deny(settings.deny));
  if (maxCostUsd !== undefined) parts.push(withinBudget({ maxCostUsd }));
  if (maxLatencyMs !== undefined) parts.push(latencyCeiling({ latencyMs: maxLatencyMs }));
  if (capabilities || region !== undefined) {
    parts.push(requiredCapabilities({ capabilities, region }));
  }
  return parts;
}

function createObjective({ lambda, floor, prefer, margin }: RoutingPolicy): PolicyPart {
  if (lambda !== undefined) return utility({ lambda });
  if (floor !== undefined) return cheapestAbove({ floor });
  if (prefer !== undefined && margin !== undefined) return preferring({ model: prefer, margin });
  return bestQuality();
}
