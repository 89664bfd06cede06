import { EmbedLLMError, type FactorizationModel, Matrix, type ModelInfo } from '@embedllm/core';
import {
  type Assessment,
  fallbackLogits,
  mixLogits,
  shrinkLogits,
} from '@embedllm/core/familiarity';
import { expectedCosts, type ModelPrice, priceOf } from '../costs/price-list.js';
import type { PolicyRequest, Redirection } from '../policies/policy.js';
import type { RouterSettings } from '../router-options.js';
import { dot } from '../scoring/dot.js';
import { Scorer } from '../scoring/scorer.js';
import { allowedIndices, joinPool, unknownModels } from './pool.js';

/** The models of a router with all that a policy wants to know of them. */
export class RouterPool {
  readonly scorer: Scorer;
  readonly #settings: RouterSettings;
  #models: readonly ModelInfo[] = [];
  #prices: readonly ModelPrice[] = [];
  #indexByName: ReadonlyMap<string, number> = new Map();
  #everyone: readonly number[] = [];
  /** Positions of the models in the calibration and in the length model; -1 where absent. */
  #calibrated: readonly number[] = [];
  #measured: readonly number[] = [];

  /** φ of the question of which nothing is known, length d. */
  readonly #centre: Float32Array | undefined;
  /** Logits of mean accuracies, by name. */
  readonly #means: ReadonlyMap<string, number>;

  constructor(model: FactorizationModel, infos: readonly ModelInfo[], settings: RouterSettings) {
    this.#settings = settings;
    this.#means = fallbackLogits(settings.familiarity?.record.fallback);
    this.#setModels(joinPool(model.models, infos));
    this.scorer = new Scorer(model);
    const center = settings.familiarity?.record.center;
    if (center) {
      const question = new Matrix(1, center.length, Float32Array.from(center));
      this.#centre = this.scorer.features(question).row(0);
    }
  }

  /** In pool order. */
  get models(): readonly ModelInfo[] {
    return this.#models;
  }

  /** Whether probabilities are anything but the logistic function of logits. */
  get isCalibrated(): boolean {
    return this.#settings.calibration !== undefined;
  }

  /** The indices of an allow list, ascending; of all models when left out. */
  indices(names: readonly string[] | undefined): readonly number[] {
    return names ? allowedIndices(names, this.#indexByName) : this.#everyone;
  }

  /**
   * The position of the model that a policy redirects to; -1 without one.
   *
   * @throws EmbedLLMError `invalid-argument` where the artifact does not record what it needs.
   */
  targetOf(redirection: Redirection | undefined): number {
    if (!redirection) return -1;
    const { familiarity, singleBest } = this.#settings;
    const isBest = redirection.use === 'single-best';
    if (!familiarity || (isBest && singleBest === undefined)) {
      const missing = familiarity ? 'the single best model' : 'how familiar questions are';
      throw new EmbedLLMError(
        `The policy "${redirection.name}" needs an artifact that records ${missing}. Train it again with this release.`,
        { code: 'invalid-argument' },
      );
    }
    return isBest ? (this.#indexByName.get(singleBest!) ?? -1) : this.indexOf(redirection.use);
  }

  /** How familiar a question is; `undefined` where the artifact does not say. */
  assess(embedding: Float32Array, coverage: number | undefined): Assessment | undefined {
    return this.#settings.familiarity?.assess(embedding, coverage);
  }

  /**
   * Logits [Q, M], shrunk to what is known without the text as far as questions are unfamiliar.
   *
   * @param coverage - Shares of the texts that the embeddings stand for, length Q.
   */
  score(
    embeddings: Matrix,
    coverage?: ArrayLike<number>,
  ): { logits: Matrix; assessments: readonly Assessment[] } {
    const logits = this.scorer.score(embeddings);
    const assessments: Assessment[] = [];
    for (let row = 0; row < logits.rows; row++) {
      const assessment = this.assess(embeddings.row(row), coverage?.[row]);
      if (!assessment) break;
      assessments.push(assessment);
      this.#shrink(logits.row(row), assessment);
    }
    return { logits, assessments };
  }

  /** What a policy may know of each question. */
  requests(
    embeddings: Matrix,
    inputTokensOf: (index: number) => number | undefined,
    coverage?: ArrayLike<number>,
  ): PolicyRequest[] {
    const { logits, assessments } = this.score(embeddings, coverage);
    const lengths = this.#settings.outputLengths?.predictOutputTokens(embeddings);
    const usual = this.#usualCosts();
    return Array.from({ length: embeddings.rows }, (_, index): PolicyRequest => {
      const inputTokens = inputTokensOf(index);
      const row = logits.row(index);
      const costsUsd =
        lengths || inputTokens
          ? expectedCosts(
              this.#prices,
              inputTokens ?? 0,
              lengths && this.#lengthsOf(lengths.row(index)),
            )
          : usual;
      return {
        models: this.#models,
        logits: row,
        probabilities: this.#probabilities(row),
        costsUsd,
        inputTokens,
        familiarity: assessments[index]?.familiarity,
      };
    });
  }

  /** The position of a model. @throws EmbedLLMError `invalid-argument` when it has none. */
  indexOf(name: string): number {
    const index = this.#indexByName.get(name);
    if (index === undefined) throw unknownModels([name], this.#models.length);
    return index;
  }

  /**
   * The logit of a model's calibrated probability on a question.
   *
   * @param features - φ of the question, length d.
   * @param assessment - Of the question, where the artifact says.
   */
  calibratedLogit(name: string, features: Float32Array, assessment?: Assessment): number {
    const index = this.indexOf(name);
    const own = this.#logitOf(index, features);
    const shrunk = Float32Array.of(own);
    if (assessment) this.#shrink(shrunk, assessment, index);
    const logit = shrunk[0]!;
    const { calibration } = this.#settings;
    if (!calibration) return logit;
    const p = calibration.probability(this.#calibrated[index]!, logit);
    return Math.log(p / (1 - p));
  }

  /**
   * Adds a model at the end.
   *
   * @throws EmbedLLMError `invalid-argument` on a name that is empty or taken.
   */
  add(model: ModelInfo, embedding: ArrayLike<number>): void {
    if (!model.name) throw new EmbedLLMError('A model needs a name.', { code: 'invalid-argument' });
    if (this.#indexByName.has(model.name)) {
      throw new EmbedLLMError(
        `The router already has a model ${JSON.stringify(model.name)}. Remove it first, or give feedback on it.`,
        { code: 'invalid-argument' },
      );
    }
    const { rows: M, cols: d, data } = this.scorer.embeddings;
    const embeddings = new Matrix(M + 1, d);
    embeddings.data.set(data);
    embeddings.row(M).set(embedding);
    this.#setModels([...this.#models, model]);
    this.scorer.replace(embeddings);
  }

  /** Takes a model out. @throws EmbedLLMError `invalid-argument` on an unknown or the last one. */
  remove(name: string): void {
    const index = this.indexOf(name);
    const kept = this.#everyone.filter((other) => other !== index);
    const embeddings = this.scorer.embeddings.selectRows(kept);
    this.#setModels(this.#models.filter((_, other) => other !== index));
    this.scorer.replace(embeddings);
  }

  #logitOf(model: number, features: Float32Array): number {
    return this.scorer.offset + dot(this.scorer.embeddings.row(model), features);
  }

  /** Shrinks the logits of models, in pool order from the first one on. */
  #shrink(logits: Float32Array, { reach, weight }: Assessment, first = 0): void {
    const { familiarity } = this.#settings;
    const centre = this.#centre;
    if (familiarity && centre && reach < 1) {
      shrinkLogits(logits, reach, familiarity.record.variance, (m) =>
        this.#logitOf(first + m, centre),
      );
    }
    mixLogits(logits, weight, (m) => this.#means.get(this.#models[first + m]!.name));
  }

  #usualCosts(): Float64Array {
    return expectedCosts(this.#prices, 0);
  }

  #lengthsOf(predicted: Float32Array): Float64Array {
    return Float64Array.from(this.#measured, (position) => predicted[position] ?? Number.NaN);
  }

  #probabilities(logits: Float32Array): Float64Array {
    const { calibration } = this.#settings;
    const probabilities = new Float64Array(logits.length);
    for (let model = 0; model < logits.length; model++) {
      const logit = logits[model]!;
      probabilities[model] = calibration
        ? calibration.probability(this.#calibrated[model]!, logit)
        : 1 / (1 + Math.exp(-logit));
    }
    return probabilities;
  }

  #setModels(models: readonly ModelInfo[]): void {
    if (models.length === 0) {
      throw new EmbedLLMError('A router needs at least one model to route to.', {
        code: 'invalid-argument',
      });
    }
    const { calibration, outputLengths } = this.#settings;
    this.#prices = models.map(priceOf);
    this.#models = models;
    this.#everyone = models.map((_, index) => index);
    this.#indexByName = new Map(models.map(({ name }, index) => [name, index]));
    this.#calibrated = models.map(({ name }) => calibration?.models.indexOf(name) ?? -1);
    this.#measured = models.map(({ name }) => outputLengths?.models.indexOf(name) ?? -1);
  }
}
