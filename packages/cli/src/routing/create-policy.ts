import {
  allow,
  bestQuality,
  cheapestAbove,
  deny,
  explore,
  latencyCeiling,
  type Policy,
  type PolicyPart,
  preferring,
  requiredCapabilities,
  utility,
  withinBudget,
} from '@embedllm/router';
import { UsageError } from '../program/failure.js';
import type { PolicyOptions } from './policy-options.js';

/**
 * The router's policy that the options spell out.
 *
 * @throws UsageError when an option lacks the one that it goes with.
 */
export function createPolicy(options: PolicyOptions): Policy {
  const { maxCost, maxLatency, capability, region } = options;
  const parts: PolicyPart[] = [];
  if (options.allow) parts.push(allow(options.allow));
  if (options.deny) parts.push(deny(options.deny));
  if (maxCost !== undefined) parts.push(withinBudget({ maxCostUsd: maxCost }));
  if (maxLatency !== undefined) parts.push(latencyCeiling({ latencyMs: maxLatency }));
  if (capability || region !== undefined) {
    parts.push(requiredCapabilities({ capabilities: capability, region }));
  }
  parts.push(createObjective(options));
  if (options.explore !== undefined && options.explore > 0) {
    parts.push(explore({ epsilon: options.explore, seed: options.seed }));
  }
  return parts;
}

function createObjective(options: PolicyOptions): PolicyPart {
  const { policy, lambda, floor, prefer, margin } = options;
  const belongs: readonly [string, unknown, PolicyOptions['policy']][] = [
    ['--lambda', lambda, 'utility'],
    ['--floor', floor, 'cheapest-above'],
    ['--prefer', prefer, 'preferring'],
    ['--margin', margin, 'preferring'],
  ];
  for (const [flag, value, owner] of belongs) {
    if (value !== undefined && policy !== owner) {
      throw new UsageError(`${flag} goes with --policy ${owner}, but the policy is ${policy}.`);
    }
    if (value === undefined && policy === owner) {
      throw new UsageError(`--policy ${owner} needs ${flag}.`);
    }
  }
  if (lambda !== undefined) return utility({ lambda });
  if (floor !== undefined) return cheapestAbove({ floor });
  if (prefer !== undefined && margin !== undefined) return preferring({ model: prefer, margin });
  return bestQuality();
}
