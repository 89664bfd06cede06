import { EmbedLLMError } from '@embedllm/core';
import { bestQuality } from './best-quality.js';
import type {
  Constraint,
  Exploration,
  Objective,
  Policy,
  PolicyPart,
  Redirection,
} from './policy.js';

/** A policy taken apart. */
export interface ResolvedPolicy {
  readonly name: string;
  readonly objective: Objective;
  readonly constraints: readonly Constraint[];
  readonly exploration: Exploration | undefined;
  readonly redirection: Redirection | undefined;
}

/** @throws EmbedLLMError `invalid-argument` on two objectives, explorations or redirections, or no policy at all. */
export function resolvePolicy(policy: Policy): ResolvedPolicy {
  const parts = flatten(policy, 0);
  const objectives = parts.filter((part) => part.kind === 'objective');
  const explorations = parts.filter((part) => part.kind === 'exploration');
  const redirections = parts.filter((part) => part.kind === 'redirection');
  for (const [what, found] of [
    ['objective', objectives],
    ['exploration', explorations],
    ['redirection', redirections],
  ] as const) {
    if (found.length > 1) {
      const names = found.map(({ name }) => name).join(' and ');
      throw new EmbedLLMError(`A policy can have only one ${what}, but got ${names}.`, {
        code: 'invalid-argument',
      });
    }
  }
  const objective = objectives[0] ?? bestQuality();
  return {
    name: [...new Set([...parts, objective])].map(({ name }) => name).join(', '),
    objective,
    constraints: parts.filter((part) => part.kind === 'constraint'),
    exploration: explorations[0],
    redirection: redirections[0],
  };
}

function flatten(policy: Policy, depth: number): PolicyPart[] {
  if (isList(policy)) {
    if (depth > 16)
      throw new EmbedLLMError('The policy is nested too deeply.', { code: 'invalid-argument' });
    return policy.flatMap((part) => flatten(part, depth + 1));
  }
  if (!['objective', 'constraint', 'exploration', 'redirection'].includes(policy?.kind)) {
    throw new EmbedLLMError(
      'A part of the policy is not an objective, constraint, exploration or redirection.',
      { code: 'invalid-argument' },
    );
  }
  return [policy];
}

function isList(policy: Policy): policy is readonly Policy[] {
  return Array.isArray(policy);
}
