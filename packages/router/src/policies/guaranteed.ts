import { checkNumber, checkObject, percent } from '@embedllm/internals';
import { unknownCosts } from '../costs/known-costs.js';
import { preferCheapestAbove } from './cheapest-above.js';
import type { Objective } from './policy.js';

/** What `qualityGuarantee` found on held-out questions; plain JSON. */
export interface QualityGuaranteeRecord {
  /** The model that quality is compared with. */
  readonly best: string;
  /** The share of its expected quality that is kept, from 0 to 1. */
  readonly share: number;
  /**
   * The cheapest model wins whose probability is at least this multiple of the best model's, from
   * 0 to 1; `null` when only the best model keeps the promise.
   */
  readonly threshold: number | null;
  /** Held-out questions that the threshold rests on. */
  readonly questions: number;
}

/** A policy that keeps a share of the best model's quality. */
export interface QualityGuarantee extends Objective {
  readonly record: QualityGuaranteeRecord;
}

/**
 * The policy that `qualityGuarantee` of `@embedllm/router/guarantee` found, restored from its
 * record.
 *
 * @throws EmbedLLMError `invalid-argument` on a threshold or share outside of 0 to 1.
 */
export function guaranteed(record: QualityGuaranteeRecord): QualityGuarantee {
  const { best, share, threshold } = checkObject('record', record);
  checkNumber('share', share, { min: 0, max: 1 });
  if (threshold !== null) checkNumber('threshold', threshold, { min: 0, max: 1 });
  return {
    kind: 'objective',
    name: `${percent(share)} of the quality of ${best}`,
    record,
    prefer: (request, admitted) => {
      const reference = request.models.findIndex(({ name }) => name === best);
      if (threshold !== null && admitted.includes(reference)) {
        const floor = threshold * request.probabilities[reference]!;
        return preferCheapestAbove(request, floor, unknownCosts(request, admitted));
      }
      const byQuality = preferCheapestAbove(request, 2, '');
      return {
        compare: (a, b) =>
          Number(b === reference) - Number(a === reference) || byQuality.compare(a, b),
        explain: (chosen) =>
          chosen === reference
            ? `${best} is chosen because nothing cheaper keeps ${percent(share)} of its quality.`
            : `${best} is not admitted, so nothing is guaranteed; ${request.models[chosen]?.name} is the most likely to answer correctly.`,
      };
    },
  };
}
