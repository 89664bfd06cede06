import { EmbedLLMError } from '@embedllm/core';
import { allow, deny } from '../policies/allow-deny.js';
import { bestQuality } from '../policies/best-quality.js';
import { cheapestAbove } from '../policies/cheapest-above.js';
import { explore } from '../policies/explore.js';
import { latencyCeiling } from '../policies/latency-ceiling.js';
import type { Constraint, Policy, PolicyPart } from '../policies/policy.js';
import { preferring } from '../policies/preferring.js';
import { requiredCapabilities } from '../policies/required-capabilities.js';
import { utility } from '../policies/utility.js';
import { whenUnfamiliar } from '../policies/when-unfamiliar.js';
import { withinBudget } from '../policies/within-budget.js';

/** What makes a model the best one. */
export type ObjectiveName = 'best-quality' | 'utility' | 'cheapest-above' | 'preferring';

/** The settings that each objective needs, and no other takes. */
export const OBJECTIVES: Readonly<
  Record<ObjectiveName, readonly ('lambda' | 'floor' | 'prefer' | 'margin')[]>
> = {
  'best-quality': [],
  utility: ['lambda'],
  'cheapest-above': ['floor'],
  preferring: ['prefer', 'margin'],
};

/** A setting that an objective lacks, or that goes with another one. */
export interface UnpairedSetting {
  readonly setting: 'lambda' | 'floor' | 'prefer' | 'margin';
  /** The objective that it goes with. */
  readonly objective: string;
  /** Whether it is needed and not given, instead of given in vain. */
  readonly isMissing: boolean;
}

/**
 * The first setting that does not go with an objective, so that each reader of policies says so in
 * its own words; `undefined` where all do.
 *
 * @param isGiven - Whether a setting has a value.
 */
export function findUnpairedSetting(
  objective: string,
  isGiven: (setting: UnpairedSetting['setting']) => boolean,
): UnpairedSetting | undefined {
  for (const [owner, names] of Object.entries(OBJECTIVES)) {
    const setting = names.find((name) => isGiven(name) !== (owner === objective));
    if (setting) return { setting, objective: owner, isMissing: owner === objective };
  }
  return undefined;
}

/** A policy as plain data, such as a configuration file or flags of a program hold. */
export interface PolicySettings {
  /** What makes a model the best one. @default best-quality */
  readonly objective?: ObjectiveName | undefined;
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
export type ConstraintSettings = Pick<
  PolicySettings,
  'allow' | 'deny' | 'maxCostUsd' | 'maxLatencyMs' | 'capabilities' | 'region'
>;

/**
 * The policy that settings spell out.
 *
 * @throws EmbedLLMError `invalid-argument` when a setting is unknown, does not go with the others or
 *   is out of its range.
 *
 * @example
 * ```ts
 * const { policy } = JSON.parse('{ "policy": { "objective": "utility", "lambda": 20 } }');
 * const router = new Router({ model, models, policy: createPolicy(policy) });
 * ```
 */
export function createPolicy(settings: PolicySettings): Policy {
  const objective = checkSettings(settings);
  const parts: PolicyPart[] = createConstraints(settings);
  const { whenUnfamiliar: use, unfamiliarBelow: below = 0.01 } = settings;
  if (use !== undefined) parts.push(whenUnfamiliar({ below, use }));
  parts.push(createObjective(objective, settings));
  if (settings.explore !== undefined && settings.explore > 0) {
    parts.push(explore({ epsilon: settings.explore, seed: settings.seed ?? 0 }));
  }
  return parts;
}

/** The constraints that settings spell out. */
export function createConstraints(settings: ConstraintSettings): Constraint[] {
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

const SETTINGS: readonly string[] = [
  ...['objective', ...Object.values(OBJECTIVES).flat(), 'allow', 'deny', 'maxCostUsd'],
  ...['maxLatencyMs', 'capabilities', 'region', 'whenUnfamiliar', 'unfamiliarBelow'],
  ...['explore', 'seed'],
];

/** A slip in plain data would drop a constraint or the objective without a word. */
function checkSettings(settings: PolicySettings): ObjectiveName {
  const { objective = 'best-quality' } = settings;
  const fail = (message: string): never => {
    throw new EmbedLLMError(`The settings of a policy ${message}.`, { code: 'invalid-argument' });
  };
  for (const name of Object.keys(settings)) {
    if (!SETTINGS.includes(name))
      fail(`cannot include ${JSON.stringify(name)}. Available: ${SETTINGS.join(', ')}`);
  }
  if (!Object.hasOwn(OBJECTIVES, objective)) {
    fail(
      `must have one of the objectives ${Object.keys(OBJECTIVES).join(', ')}, not ${String(objective)}`,
    );
  }
  const unpaired = findUnpairedSetting(objective, (name) => settings[name] !== undefined);
  if (unpaired) {
    const { setting, objective: owner, isMissing } = unpaired;
    fail(
      isMissing
        ? `need \`${setting}\` for the objective ${objective}`
        : `include \`${setting}\`, which requires the objective ${owner}, not ${objective}`,
    );
  }
  if (settings.unfamiliarBelow !== undefined && settings.whenUnfamiliar === undefined) {
    fail('include `unfamiliarBelow`, which requires `whenUnfamiliar`');
  }
  return objective;
}

function createObjective(
  objective: ObjectiveName,
  { lambda = 0, floor = 0, prefer = '', margin = 0 }: PolicySettings,
): PolicyPart {
  switch (objective) {
    case 'best-quality':
      return bestQuality();
    case 'utility':
      return utility({ lambda });
    case 'cheapest-above':
      return cheapestAbove({ floor });
    case 'preferring':
      return preferring({ model: prefer, margin });
  }
}
