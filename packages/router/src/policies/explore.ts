import { Random } from '@embedllm/core';
import { checkNumber, checkObject } from '@embedllm/internals';
import type { Exploration } from './policy.js';

/** Options of `explore`. */
export interface ExploreOptions {
  /** ε: how often to choose at random among the admitted models, from 0 to 1. */
  readonly epsilon: number;
  /** Any 32-bit unsigned integer; the same seed explores the same requests. */
  readonly seed: number;
}

/**
 * Epsilon-greedy exploration: with probability ε any admitted model, each as likely. The decision
 * carries the propensity, the probability of the choice made, which estimates from logs need
 * (inverse propensity scoring, Horvitz and Thompson 1952).
 *
 * @throws EmbedLLMError `invalid-argument` on an ε outside of 0 to 1.
 */
export function explore(options: ExploreOptions): Exploration {
  const { epsilon, seed } = checkObject('options', options);
  checkNumber('epsilon', epsilon, { min: 0, max: 1 });
  const random = new Random(seed);
  return {
    kind: 'exploration',
    name: `exploring ${100 * epsilon}%`,
    choose: (ranked) => {
      const share = epsilon / ranked.length;
      // Both draws are always made, so that a choice does not shift the draws after it.
      const isRandom = random.uniform() < epsilon;
      const draw = random.integer(ranked.length);
      const position = isRandom ? draw : 0;
      return { position, propensity: share + (position === 0 ? 1 - epsilon : 0) };
    },
  };
}
