import { checkNumber, checkObject, percent } from '@embedllm/internals';
import type { Objective } from './policy.js';

/** Options of `preferring`. */
export interface PreferringOptions {
  /** Name of the model to stay with. */
  readonly model: string;
  /** By how much another's probability must be higher to be chosen instead, from 0 to 1. */
  readonly margin: number;
}

/**
 * One model, unless another is more likely to answer correctly by a margin; then the most likely
 * one. Predictions err, and the highest of many is most of all one that errs upwards: a margin,
 * chosen on validation data, keeps to a model that is known to be good.
 *
 * Without the preferred model among the candidates the most likely one is chosen.
 *
 * @throws EmbedLLMError `invalid-argument` on a margin outside of 0 to 1.
 */
export function preferring(options: PreferringOptions): Objective {
  const { model: preferred, margin } = checkObject('options', options);
  checkNumber('margin', margin, { min: 0, max: 1 });
  return {
    kind: 'objective',
    name: `preferring ${preferred} by ${percent(margin)}`,
    prefer: ({ models, probabilities }) => {
      const own = models.findIndex(({ name }) => name === preferred);
      const value = (model: number): number => probabilities[model]! + (model === own ? margin : 0);
      return {
        compare: (a, b) => value(b) - value(a) || Number(b === own) - Number(a === own),
        explain: (chosen) =>
          chosen === own
            ? `${preferred} is preferred, and no other model is more likely to answer correctly by more than ${percent(margin)}.`
            : `${models[chosen]?.name} is ${percent(probabilities[chosen]!)} likely to answer correctly${probabilities[chosen]! > probabilities[own]! + margin ? `, at least ${percent(margin)} more than ${preferred}` : `; ${preferred} is not a candidate`}.`,
      };
    },
  };
}
