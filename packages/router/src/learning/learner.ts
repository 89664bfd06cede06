import type { EncodeOptions, ModelInfo } from '@embedllm/core';
import { checkInteger, checkNumber, checkNumbers } from '@embedllm/internals';
import { poolOf } from '../pool/pool-of.js';
import type { RouterPool } from '../pool/router-pool.js';
import type { Router } from '../router.js';
import { dot } from '../scoring/dot.js';
import type { Drift, Feedback, JoiningAnswer, OnboardedModel } from './answers.js';
import { checkLength } from './check-length.js';
import { DriftDetector } from './drift-detector.js';
import { type Gaussian, poolPrior, times, widen } from './gaussian.js';
import { filterAnswer, laplacePosterior } from './laplace.js';
import type { LearningOptions } from './learning-options.js';
import { checkState, type GaussianState, type LearningState } from './learning-state.js';
import {
  type PredictAccuraciesOptions,
  type PredictedAccuracies,
  predictAccuracies,
} from './predict-accuracies.js';
import { withEffects } from './question-effects.js';
import { optimalQuestions, type SuggestQuestionsOptions } from './suggest-questions.js';

/**
 * Beliefs about the models of a router, updated by answers. From then on the router decides by what
 * was learned. Use one learner per router.
 *
 * @example
 * ```ts
 * const learner = new Learner(router);
 * await learner.update([{ model: 'qwen-72b', question: 'What is 17 * 23?', outcome: 1 }]);
 * ```
 */
export class Learner {
  readonly #router: Router;
  readonly #pool: RouterPool;
  readonly #options: Required<{ [K in keyof LearningOptions]: number }>;
  readonly #posteriors = new Map<string, Gaussian>();
  readonly #detectors = new Map<string, DriftDetector>();
  #prior: Gaussian | undefined;

  /** @throws EmbedLLMError `invalid-argument` on options out of range. */
  constructor(router: Router, options: LearningOptions = {}) {
    const { forgetting = 0.0001, firmness = 100, runLength = 10_000 } = options;
    const { priorWidth = 1, abilityVariance = 0 } = options;
    checkNumber('forgetting', forgetting, { min: 0, max: 1 });
    checkNumber('firmness', firmness, { min: 0 });
    checkNumber('runLength', runLength, { min: 1 });
    checkNumber('priorWidth', priorWidth, { above: 0 });
    checkNumber('abilityVariance', abilityVariance, { min: 0 });
    this.#router = router;
    this.#pool = poolOf(router);
    this.#options = { forgetting, firmness, runLength, priorWidth, abilityVariance };
  }

  /**
   * Continues from what another learner has learned, on a router with the same models: one of the
   * artifact that was saved with `router.toModel()`, or of the one before.
   *
   * @param state - What `toJSON` gave.
   * @throws DataError `invalid-data` when the state is malformed or of embeddings of another length;
   * EmbedLLMError `invalid-argument` when it holds a model that the router does not have.
   */
  static restore(router: Router, state: unknown, options: LearningOptions = {}): Learner {
    const learner = new Learner(router, options);
    const pool = learner.#pool;
    const { prior, beliefs, drift } = checkState(
      state,
      pool.scorer.embeddings.cols,
      new DriftDetector(1).statistics.length,
    );
    learner.#prior = prior;
    const indices = new Map([...beliefs.keys()].map((name) => [name, pool.indexOf(name)]));
    for (const [name, belief] of beliefs) {
      learner.#posteriors.set(name, belief);
      pool.scorer.set(indices.get(name) ?? 0, belief.mean);
    }
    for (const [name, statistics] of drift) {
      learner.#detectors.set(name, new DriftDetector(learner.#options.runLength, statistics));
    }
    return learner;
  }

  /** What was learned, for `restore`: the beliefs about models and the state of their detectors. */
  toJSON(): LearningState {
    const present = new Set(this.#pool.models.map(({ name }) => name));
    const beliefs = [...this.#posteriors]
      .filter(([name]) => present.has(name))
      .map(([name, belief]) => [name, plainGaussian(belief)] as const);
    const drift = [...this.#detectors]
      .filter(([name]) => present.has(name))
      .map(([name, { statistics }]) => [name, statistics] as const);
    return {
      version: 1,
      prior: plainGaussian(this.#poolPrior()),
      beliefs: Object.fromEntries(beliefs),
      drift: Object.fromEntries(drift),
    };
  }

  /**
   * Adds a model from a few answers, without training: the posterior mode of its embedding, with
   * the pool as prior (Newton steps in d dimensions). From there on it is routed to like the
   * others.
   *
   * @param model - Its name, or all that is known about it.
   * @throws EmbedLLMError `invalid-argument` on a name that is taken, an outcome outside of 0 to 1
   * or a bad question; otherwise as `route`. Nothing is added then.
   */
  async addModel(
    model: string | ModelInfo,
    answers: readonly JoiningAnswer[],
    options: EncodeOptions = {},
  ): Promise<OnboardedModel> {
    const info = typeof model === 'string' ? { name: model } : model;
    const outcomes = answers.map(({ outcome }, index) =>
      checkNumber(`The outcome at index ${index}`, outcome, { min: 0, max: 1 }),
    );
    const questions = answers.map(({ question }) => question);
    const { embeddings } = await this.#router.encode(questions, options);
    const { scorer } = this.#pool;
    const effects = answers.map(({ effect }) => effect);
    const { asked, offsets } = withEffects(scorer.features(embeddings), scorer.offset, effects);
    const posterior = laplacePosterior(this.#joiningPrior(), asked, outcomes, offsets);
    this.#pool.add(info, posterior.mean);
    this.#posteriors.set(info.name, posterior);
    this.#detectors.delete(info.name);
    return { model: info, posterior, answers: outcomes.length };
  }

  /**
   * The questions that say most about a new model, or about one of the pool.
   *
   * @param count - How many, up to the number of candidates.
   * @returns indices of candidates, most telling first.
   * @throws EmbedLLMError `invalid-argument`, `shape-mismatch`, `not-finite`.
   */
  suggestQuestions(count: number, options: SuggestQuestionsOptions): number[] {
    const { candidates, model, criterion = 'predictions', effects, categories, costs } = options;
    for (const [name, list] of Object.entries({ effects, categories, costs })) {
      checkLength(name, list, candidates.rows);
    }
    if (costs) checkNumbers('costs', Array.from(costs), { above: 0 });
    const { scorer } = this.#pool;
    const features = scorer.features(candidates);
    const belief = model === undefined ? this.#joiningPrior() : this.#belief(model);
    const known = withEffects(features, scorer.offset, effects ?? []);
    return optimalQuestions(belief, features, { ...known, count, criterion, categories, costs });
  }

  /**
   * How accurate models are on some questions, by what is believed about them, and which of them is
   * best. The intervals hold what is unknown of the models, not what is unknown of other questions.
   *
   * @throws EmbedLLMError `invalid-argument`, `shape-mismatch`, `not-finite`.
   */
  predictAccuracies(options: PredictAccuraciesOptions): PredictedAccuracies {
    const { questions, effects, models = [...this.#posteriors.keys()] } = options;
    const { confidence = 0.95, draws = 1000, seed = 0 } = options;
    checkNumber('confidence', confidence, { above: 0, below: 1 });
    checkInteger('draws', draws, { min: 100 });
    checkLength('effects', effects, questions.rows);
    const { scorer } = this.#pool;
    const features = scorer.features(questions);
    const { asked, offsets } = withEffects(features, scorer.offset, effects ?? []);
    const beliefs = new Map(models.map((name) => [name, this.#belief(name)]));
    return predictAccuracies(beliefs, asked, offsets, features, { confidence, draws, seed });
  }

  /**
   * Learns from answers of models of the pool, in their order: each moves its model's embedding
   * and is checked for drift.
   *
   * @returns models whose answers no longer fit what was predicted; their old answers are then
   * forgotten.
   * @throws EmbedLLMError `invalid-argument` on an unknown model or an outcome outside of 0 to 1;
   * otherwise as `route`. Nothing is learned then.
   */
  async update(feedback: readonly Feedback[], options: EncodeOptions = {}): Promise<Drift[]> {
    const outcomes = feedback.map(({ outcome }, index) =>
      checkNumber(`The outcome at index ${index}`, outcome, { min: 0, max: 1 }),
    );
    for (const { model } of feedback) this.#pool.indexOf(model);
    const questions = feedback.map(({ question }) => question);
    const { embeddings, coverage } = await this.#router.encode(questions, options);
    const features = this.#pool.scorer.features(embeddings);
    return feedback.flatMap(({ model }, index) => {
      const assessment = this.#pool.assess(embeddings.row(index), coverage?.[index]);
      const logit = this.#pool.calibratedLogit(model, features.row(index), assessment);
      const outcome = outcomes[index]!;
      return this.#learn(model, features.row(index), logit, outcome) ?? [];
    });
  }

  /** What the trained pool says about a further model. */
  #poolPrior(): Gaussian {
    this.#prior ??= poolPrior(this.#pool.scorer.base.modelEmbeddings);
    return this.#prior;
  }

  /** The same for models that may be unlike it: wider. */
  #joiningPrior(): Gaussian {
    return widen(this.#poolPrior(), this.#pool.scorer.constants, this.#options);
  }

  #belief(name: string): Gaussian {
    const index = this.#pool.indexOf(name);
    const known = this.#posteriors.get(name);
    if (known) return known;
    const { covariance } = this.#poolPrior();
    const shrink = 1 / (1 + this.#options.firmness);
    return {
      mean: Float64Array.from(this.#pool.scorer.embeddings.row(index)),
      covariance: covariance.map((value) => shrink * value),
    };
  }

  /**
   * Learns from one answer.
   *
   * @param feature - φ of the question, length d.
   * @param logit - Of the calibrated prediction before the answer.
   */
  #learn(name: string, feature: Float32Array, logit: number, outcome: number): Drift | undefined {
    const { forgetting, runLength } = this.#options;
    const detector = this.#detectors.get(name) ?? new DriftDetector(runLength);
    this.#detectors.set(name, detector);
    const belief = this.#belief(name);
    // The probability averaged over what is not known of the embedding (MacKay 1992): a detector
    // that took the mean for the truth would call its own uncertainty drift.
    const variance = dot(feature, times(belief.covariance, feature));
    const shift = detector.note(logit / Math.sqrt(1 + (Math.PI * variance) / 8), outcome);
    // After a drift the old answers describe another model: uncertain again as a new one is.
    const regained = shift === undefined ? forgetting : 1;
    const widened = { mean: belief.mean, covariance: this.#widen(belief.covariance, regained) };
    const posterior = filterAnswer(widened, feature, outcome, this.#pool.scorer.offset);
    this.#posteriors.set(name, posterior);
    this.#pool.scorer.set(this.#pool.indexOf(name), posterior.mean);
    return shift === undefined ? undefined : { model: name, shift };
  }

  /** Mixes in a share of the pool's covariance: never wider than that, and never narrower than before. */
  #widen(covariance: Float64Array, share: number): Float64Array {
    const pool = this.#poolPrior().covariance;
    return covariance.map((value, index) => value + share * (pool[index]! - value));
  }
}

function plainGaussian({ mean, covariance }: Gaussian): GaussianState {
  return { mean: [...mean], covariance: [...covariance] };
}
