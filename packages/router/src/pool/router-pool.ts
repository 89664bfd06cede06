import {
  EmbedLLMError,
  type FactorizationModel,
  type Matrix,
  type ModelInfo,
} from '@embedllm/core';
import { expectedCosts, type ModelPrice, priceOf } from '../costs/price-list.js';
import type { PolicyRequest } from '../policies/policy.js';
import type { RouterSettings } from '../router-options.js';
import { Scorer } from '../scoring/scorer.js';
import { allowedIndices, joinPool } from './pool.js';

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

  constructor(model: FactorizationModel, infos: readonly ModelInfo[], settings: RouterSettings) {
    this.#settings = settings;
    this.#setModels(joinPool(model.models, infos));
    this.scorer = new Scorer(model);
  }

  /** In pool order. */
  get models(): readonly ModelInfo[] {
    return this.#models;
  }

  /** The indices of an allow list, ascending; of all models when left out. */
  indices(names: readonly string[] | undefined): readonly number[] {
    return names ? allowedIndices(names, this.#indexByName) : this.#everyone;
  }

  /** What a policy may know of each question. */
  requests(
    embeddings: Matrix,
    inputTokensOf: (index: number) => number | undefined,
  ): PolicyRequest[] {
    const logits = this.scorer.score(embeddings);
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
      };
    });
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
      const logit = logits[model] as number;
      probabilities[model] = calibration
        ? calibration.probability(this.#calibrated[model] as number, logit)
        : 1 / (1 + Math.exp(-logit));
    }
    return probabilities;
  }

  #setModels(models: readonly ModelInfo[]): void {
    if (models.length === 0) {
      throw new EmbedLLMError('invalid-argument', 'A router needs a model with at least one LLM.');
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
