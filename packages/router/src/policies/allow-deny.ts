import { EmbedLLMError } from '@embedllm/core';
import type { Constraint } from './policy.js';

/**
 * Only the models named.
 *
 * @throws EmbedLLMError `invalid-argument` when none is named, or no list is given.
 */
export function allow(names: readonly string[]): Constraint {
  return membership('allowed models', names, true);
}

/**
 * All models but the ones named.
 *
 * @throws EmbedLLMError `invalid-argument` when none is named, or no list is given.
 */
export function deny(names: readonly string[]): Constraint {
  return membership('denied models', names, false);
}

function membership(name: string, names: readonly string[], wanted: boolean): Constraint {
  // The letters of a text would deny nobody.
  if (!Array.isArray(names) || names.length === 0) {
    throw new EmbedLLMError(`The ${name} must be a list of model names.`, {
      code: 'invalid-argument',
    });
  }
  const listed = new Set(names);
  return {
    kind: 'constraint',
    name,
    admits: ({ models }, model) => listed.has(models[model]?.name ?? '') === wanted,
  };
}
