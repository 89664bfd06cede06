import type { Policy } from '@embedllm/router';
import { createPolicy, findUnpairedSetting } from '@embedllm/router/settings';
import { UsageError } from '../../program/failure.js';
import type { PolicyOptions } from './policy-options.js';

/**
 * The router's policy that the options spell out.
 *
 * @throws UsageError when an option lacks the one that it goes with.
 */
export function policyOf(options: PolicyOptions): Policy {
  const { policy, maxCost, maxLatency, capability } = options;
  const unpaired = findUnpairedSetting(policy, (name) => options[name] !== undefined);
  if (unpaired) {
    const { setting, objective, isMissing } = unpaired;
    throw new UsageError(
      isMissing
        ? `--policy ${objective} needs --${setting}.`
        : `--${setting} requires --policy ${objective}, but the policy is ${policy}.`,
    );
  }
  if (options.unfamiliarBelow !== undefined && options.whenUnfamiliar === undefined) {
    throw new UsageError('--unfamiliar-below requires --when-unfamiliar.');
  }
  const { lambda, floor, prefer, margin, allow, deny, region, explore, seed } = options;
  return createPolicy({
    ...{ objective: policy, lambda, floor, prefer, margin, allow, deny, region, explore, seed },
    maxCostUsd: maxCost,
    maxLatencyMs: maxLatency,
    capabilities: capability,
    whenUnfamiliar: options.whenUnfamiliar,
    unfamiliarBelow: options.unfamiliarBelow,
  });
}

/**
 * Checks the models that options name. A policy takes any name, because the pool of a router may
 * change; here it is known, and a slip would let a model through that was to be kept out.
 *
 * @param where - What has the models.
 * @throws UsageError when there is no such model.
 */
export function assertKnownModels(
  options: Pick<PolicyOptions, 'allow' | 'deny' | 'prefer' | 'whenUnfamiliar'>,
  models: readonly string[],
  where = 'the artifact',
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
        : `Available: ${list.join(', ')}${models.length > 3 ? ', ...' : ''}.`;
    throw new UsageError(
      `${flag} names ${JSON.stringify(name)}, which is not in ${where}. ${hint}`,
    );
  }
}
