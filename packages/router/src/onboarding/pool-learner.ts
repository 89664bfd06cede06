import { EmbedLLMError, type Matrix, type ModelInfo } from '@embedllm/core';
import { assertSetting } from '../policies/assert-setting.js';
import type { RouterPool } from '../pool/router-pool.js';
import { DriftDetector } from './drift-detector.js';
import { dot, type Gaussian, poolPrior, times } from './gaussian.js';
import { filterAnswer, laplacePosterior } from './laplace.js';

/** How a router learns from answers. */
export interface LearningOptions {
  /**
   * Share of the pool's variance that a model's embedding regains before each answer of feedback,
   * from 0 (all answers count alike) to 1 (the last one alone counts).
   *
   * @default 0.0001
   */
  readonly forgetting?: number | undefined;
  /**
   * How firm trained embeddings are when feedback begins: their covariance is taken for the pool's
   * divided by 1 + this, from 0. An estimate, since an artifact keeps no covariance.
   *
   * @default 100
   */
  readonly firmness?: number | undefined;
  /**
   * Answers of a model that pass on average until drift is reported falsely, as long as its
   * predictions hold (averaged over what is not known of its embedding); from 1.
   *
   * @default 10_000
   */
  readonly runLength?: number | undefined;
}

/** A model that has drifted. */
export interface Drift {
  readonly model: string;
  /** The change of its logits that explains the answers best: below 0 when it got worse. */
  readonly shift: number;
}

/** A model that joined by its answers. */
export interface OnboardedModel {
  readonly model: ModelInfo;
  /** Posterior mean and covariance of its embedding, d and row-major [d, d]. */
  readonly posterior: Gaussian;
  /** Answers that it joined with. */
  readonly answers: number;
}

/** What is believed about the models' embeddings, and how answers change it. */
export class PoolLearner {
  readonly #pool: RouterPool;
  readonly #options: Required<{ [K in keyof LearningOptions]: number }>;
  readonly #posteriors = new Map<string, Gaussian>();
  readonly #detectors = new Map<string, DriftDetector>();
  #prior: Gaussian | undefined;

  /** @throws EmbedLLMError `invalid-argument` on options out of range. */
  constructor(pool: RouterPool, options: LearningOptions = {}) {
    const { forgetting = 0.0001, firmness = 100, runLength = 10_000 } = options;
    assertSetting('forgetting', forgetting, 0, 1);
    assertSetting('firmness', firmness, 0, Number.MAX_VALUE);
    assertSetting('runLength', runLength, 1, Number.MAX_VALUE);
    this.#pool = pool;
    this.#options = { forgetting, firmness, runLength };
  }

  /** What the trained pool says about a further model. */
  get prior(): Gaussian {
    this.#prior ??= poolPrior(this.#pool.scorer.base.modelEmbeddings);
    return this.#prior;
  }

  /** What is believed about a model of the pool, or about one yet to come. */
  belief(name: string | undefined): Gaussian {
    if (name === undefined) return this.prior;
    const index = this.#pool.indexOf(name);
    const known = this.#posteriors.get(name);
    if (known) return known;
    const { covariance } = this.prior;
    const shrink = 1 / (1 + this.#options.firmness);
    return {
      mean: Float64Array.from(this.#pool.scorer.embeddings.row(index)),
      covariance: covariance.map((value) => shrink * value),
    };
  }

  /** Adds a model that answered questions with features [n, d]. */
  add(model: ModelInfo, features: Matrix, outcomes: readonly number[]): OnboardedModel {
    const { scorer } = this.#pool;
    const posterior = laplacePosterior(this.prior, features, outcomes, scorer.offset);
    this.#pool.add(model, posterior.mean);
    this.#posteriors.set(model.name, posterior);
    return { model, posterior, answers: outcomes.length };
  }

  remove(name: string): void {
    this.#pool.remove(name);
    this.#posteriors.delete(name);
    this.#detectors.delete(name);
  }

  /**
   * Learns from one answer.
   *
   * @param feature - φ of the question, length d.
   * @param logit - Of the calibrated prediction before the answer.
   */
  update(name: string, feature: Float32Array, logit: number, outcome: number): Drift | undefined {
    const { forgetting, runLength } = this.#options;
    const detector = this.#detectors.get(name) ?? new DriftDetector(runLength);
    this.#detectors.set(name, detector);
    const belief = this.belief(name);
    // The probability averaged over what is not known of the embedding (MacKay 1992): a detector
    // that took the mean for the truth would call its own uncertainty drift.
    const variance = dot(feature, times(belief.covariance, feature));
    const shift = detector.note(logit / Math.sqrt(1 + (Math.PI * variance) / 8), outcome);
    // After a drift the old answers tell of another model: uncertain again as a new one is.
    const regained = shift === undefined ? forgetting : 1;
    const widened = { mean: belief.mean, covariance: this.#widen(belief.covariance, regained) };
    const posterior = filterAnswer(widened, feature, outcome, this.#pool.scorer.offset);
    this.#posteriors.set(name, posterior);
    this.#pool.scorer.set(this.#pool.indexOf(name), posterior.mean);
    return shift === undefined ? undefined : { model: name, shift };
  }

  /** Mixes in a share of the pool's covariance: never wider than that, and never narrower than before. */
  #widen(covariance: Float64Array, share: number): Float64Array {
    const pool = this.prior.covariance;
    return covariance.map((value, index) => value + share * ((pool[index] as number) - value));
  }
}

/** An outcome as a number from 0 to 1. @throws EmbedLLMError `invalid-argument` on others. */
export function readOutcome(outcome: number | boolean, index: number): number {
  const value = Number(outcome);
  const isOutcome = typeof outcome === 'boolean' || typeof outcome === 'number';
  if (isOutcome && value >= 0 && value <= 1) return value;
  throw new EmbedLLMError(
    'invalid-argument',
    `The outcome at index ${index} must be true, false or a number from 0 to 1, but is ${String(outcome)}.`,
  );
}
