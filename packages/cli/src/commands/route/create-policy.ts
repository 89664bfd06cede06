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
  whenUnfamiliar,
  withinBudget,
} from '@embedllm/router';
import { UsageError } from '../../program/failure.js';
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
  const { whenUnfamiliar: use, unfamiliarBelow: below = 0.01 } = options;
  if (use !== undefined) parts.push(whenUnfamiliar({ below, use }));
  else if (options.unfamiliarBelow !== undefined) {
    throw new UsageError('--unfamiliar-below goes with --when-unfamiliar.');
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

/**
 * Checks the models that options name. A policy takes any name, because the pool of a router may
 * change; here it is known, and a slip would let a model through that was to be kept out.
 *
 * @throws UsageError when the artifact has no such model.
 */
export function assertKnownModels(
  options: Pick<PolicyOptions, 'allow' | 'deny' | 'prefer' | 'whenUnfamiliar'>,
  models: readonly string[],
): void {
  const { allow: allowed = [], deny: denied = [], prefer, whenUnfamiliar: use } = options;
  const named: [flag: string, name: string][] = [
    ...allowed.map((name): [string, string] => ['--allow', name]),
    ...denied.map((name): [string, string] => ['--deny', name]),
    ...[prefer ?? []].flat().map((name): [string, string] => ['--prefer', name]),
    ...(use === undefined || use === 'single-best'
      ? []
      : [['--when-unfamiliar', use] satisfies [string, string]]),
  ];
  for (const [flag, name] of named) {
    if (models.includes(name)) continue;
    const part = name.toLowerCase();
    const near = models.filter((model) => model.toLowerCase().includes(part)).slice(0, 3);
    const list = (near.length > 0 ? near : models.slice(0, 3)).map((model) =>
      JSON.stringify(model),
    );
    const hint =
      near.length > 0
        ? `Did you mean ${list.join(' or ')}?`
        : `It has ${list.join(', ')}${models.length > 3 ? ', ...' : ''}.`;
    throw new UsageError(
      `${flag} names ${JSON.stringify(name)}, which the artifact does not have. ${hint}`,
    );
  }
}
