import {
  type CorrectnessMatrix,
  EmbedLLMError,
  type Matrix,
  MISSING,
  singleBest,
} from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { guaranteed, type QualityGuarantee } from '../policies/guaranteed.js';
import { isMeanBelowZero } from './betting-test.js';

/** What `qualityGuarantee` takes; all on the same held-out questions and models. */
export interface QualityGuaranteeOptions {
  /** Probabilities as the router gives them, shape [Q, M]. */
  readonly probabilities: Matrix;
  /** Expected costs as the router gives them in US dollars, shape [Q, M]; NaN where unknown. */
  readonly costsUsd: Matrix;
  readonly correctness: CorrectnessMatrix;
  /** The share of the best model's expected quality to keep, from 0 to 1. */
  readonly share: number;
  /**
   * The model that quality is compared with. Choose it on other data for the guarantee to be
   * exact.
   *
   * @default the most accurate one on these questions
   */
  readonly best?: string | undefined;
  /**
   * Without it the promise holds on average over held-out sets, by conformal risk control, which
   * counts every question that a cheaper model gets wrong and none that only it gets right. With a
   * confidence from 0 to below 1, such as 0.9, both count, which saves more, and the promise holds
   * for at least this share of held-out sets.
   *
   * @default conformal risk control
   */
  readonly confidence?: number | undefined;
}

/** Thresholds that are tried, strictest first. */
const THRESHOLDS = [
  Number.POSITIVE_INFINITY,
  ...Array.from({ length: 201 }, (_, k) => 1 - k / 200),
];

/**
 * The cheapest choice whose expected quality is at least a share ρ of the best model's: among
 * the models with p_m ≥ τ p_best the cheapest. Valid for questions exchangeable with the held-out
 * ones, for any number of them and however wrong the probabilities are; better ones save more.
 *
 * The loss of question i is ℓ_i(τ) = ρ y_best - y_chosen(τ), between -1 and ρ. By default τ is set
 * by conformal risk control (Angelopoulos et al., arXiv 2208.02814): the loss is made monotone by
 * its supremum L_i over all stricter thresholds, and τ is the least with Σ_i L_i(τ) + ρ ≤ 0; then
 * E[y_chosen] ≥ ρ E[y_best] over the draw of held-out and new questions. With a `confidence`
 * thresholds are tested from strict to lax (fixed sequence, Angelopoulos et al., arXiv
 * 2110.01052), each by a betting test of a bounded mean (Waudby-Smith and Ramdas 2024, arXiv
 * 2010.09686), until one cannot be shown to keep the share.
 *
 * @throws EmbedLLMError `shape-mismatch` when shapes differ; `invalid-argument` on a share or
 * confidence out of range or an unknown model; `invalid-data` when the best model has no label.
 */
export function qualityGuarantee(options: QualityGuaranteeOptions): QualityGuarantee {
  const { probabilities, costsUsd, correctness, share, confidence } = options;
  checkNumber('share', share, { min: 0, max: 1 });
  if (confidence !== undefined) checkNumber('confidence', confidence, { min: 0, below: 1 });
  for (const { rows, cols } of [probabilities, costsUsd]) {
    if (rows !== correctness.questionCount || cols !== correctness.modelCount) {
      throw new EmbedLLMError(
        `Probabilities, costs and labels must have one shape, but are [${rows}, ${cols}] and [${correctness.questionCount}, ${correctness.modelCount}].`,
        { code: 'shape-mismatch' },
      );
    }
  }
  const name = options.best ?? correctness.models[singleBest(correctness).model] ?? '';
  const best = correctness.models.indexOf(name);
  if (best < 0) {
    throw new EmbedLLMError(`Unknown model ${JSON.stringify(name)}.`, {
      code: 'invalid-argument',
    });
  }
  const asked = [...correctness.questions.keys()].filter(
    (question) => correctness.row(question)[best] !== MISSING,
  );
  if (asked.length === 0) {
    throw new EmbedLLMError(`${name} has no label on the held-out questions.`, {
      code: 'invalid-data',
    });
  }
  // The worst outcome of each question at this and all stricter thresholds.
  const least = Float64Array.from(asked, (question) => correctness.row(question)[best]!);
  let threshold = Number.POSITIVE_INFINITY;
  for (const candidate of THRESHOLDS) {
    const losses = asked.map((question, index) => {
      const labels = correctness.row(question);
      const p = probabilities.row(question);
      const chosen = cheapest(p, costsUsd.row(question), labels, best, candidate);
      const outcome = labels[chosen]!;
      least[index] = Math.min(least[index]!, outcome);
      const counted = confidence === undefined ? least[index]! : outcome;
      return share * labels[best]! - counted;
    });
    const isKept =
      confidence === undefined
        ? losses.reduce((sum, loss) => sum + loss, share) <= 0
        : isMeanBelowZero(losses, -1, share, 1 - confidence);
    if (!isKept) break;
    threshold = candidate;
  }
  return guaranteed({
    best: name,
    share,
    threshold: threshold === Number.POSITIVE_INFINITY ? null : threshold,
    questions: asked.length,
  });
}

/** The cheapest labelled model at or above the threshold; ties as the router breaks them. */
function cheapest(
  probabilities: Float32Array,
  costs: Float32Array,
  labels: Uint8Array,
  best: number,
  threshold: number,
): number {
  const floor = threshold * probabilities[best]!;
  let chosen = best;
  for (let model = 0; model < labels.length; model++) {
    if (labels[model] === MISSING || probabilities[model]! < floor) continue;
    const saving = price(costs[chosen]!) - price(costs[model]!);
    const gain = probabilities[model]! - probabilities[chosen]!;
    if (saving > 0 || (saving === 0 && gain > 0)) chosen = model;
  }
  return chosen;
}

function price(cost: number): number {
  return Number.isNaN(cost) ? Number.MAX_VALUE : cost;
}
