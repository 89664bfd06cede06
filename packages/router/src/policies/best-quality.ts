import { percent } from '@embedllm/internals';
import type { Objective } from './policy.js';

/** The model most likely to answer correctly, whatever it costs. */
export function bestQuality(): Objective {
  return {
    kind: 'objective',
    name: 'best quality',
    byProbability: true,
    prefer({ models, probabilities }, admitted) {
      const likely = (model: number): string => percent(probabilities[model]!);
      return {
        compare: (a, b) => probabilities[b]! - probabilities[a]!,
        explain: (chosen, next) =>
          next === undefined
            ? `${models[chosen]?.name} is ${likely(chosen)} likely to answer correctly, and it is the only model to choose from.`
            : `${models[chosen]?.name} is ${likely(chosen)} likely to answer correctly, the highest of ${admitted.length} models, followed by ${models[next]?.name} with ${likely(next)}.`,
      };
    },
  };
}
