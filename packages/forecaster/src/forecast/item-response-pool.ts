import { type Answer, EmbedLLMError } from '@embedllm/core';
import { didYouMean } from '@embedllm/internals';
import type { ObservedAnswers } from '../item-response/ability-posterior.js';
import type { AbilityPrior } from '../item-response/ability-prior.js';
import type { PoolAnswers } from '../item-response/fit-items.js';
import type { ItemParameters } from '../item-response/item-parameters.js';
import type { ForecastCalibration } from './forecast-calibration.js';

/** Parts of an `ItemResponsePool`. */
export interface ItemResponseParts {
  readonly questions: readonly string[];
  readonly models: readonly string[];
  readonly benchmarks: readonly string[];
  readonly benchmarkOf: Int32Array;
  readonly answers: PoolAnswers;
  readonly items: ItemParameters;
  readonly abilityPrior: AbilityPrior;
  readonly abilities: Float64Array;
  readonly calibration: ForecastCalibration;
}

/**
 * A pool of questions whose difficulty and discrimination are known from the answers of its models:
 * what `fitItemResponse` gives and forecasts, selections and anchors are made from.
 */
export class ItemResponsePool {
  /** Identifiers of the questions, Q of them. */
  readonly questions: readonly string[];
  /** Names of the models, M of them. */
  readonly models: readonly string[];
  /** Names of the benchmarks, in the order of their first question. */
  readonly benchmarks: readonly string[];
  /** Index of the benchmark of each question, length Q. */
  readonly benchmarkOf: Int32Array;
  /** The pool's answers. */
  readonly answers: PoolAnswers;
  /** What is known of the questions. */
  readonly items: ItemParameters;
  /** Where the abilities of models lie. */
  readonly abilityPrior: AbilityPrior;
  /** Abilities of the pool's models, row-major [M, k]. */
  readonly abilities: Float64Array;
  /** How far forecasts of models that were left out were off. */
  readonly calibration: ForecastCalibration;
  readonly #indexOf: ReadonlyMap<string, number>;

  constructor(parts: ItemResponseParts) {
    this.questions = parts.questions;
    this.models = parts.models;
    this.benchmarks = parts.benchmarks;
    this.benchmarkOf = parts.benchmarkOf;
    this.answers = parts.answers;
    this.items = parts.items;
    this.abilityPrior = parts.abilityPrior;
    this.abilities = parts.abilities;
    this.calibration = parts.calibration;
    this.#indexOf = new Map(parts.questions.map((id, index) => [id, index]));
  }

  /** k, the number of abilities. */
  get dimensions(): number {
    return this.items.dimensions;
  }

  /**
   * Index of a question.
   *
   * @throws EmbedLLMError `invalid-argument` when the pool has no such question.
   */
  questionIndex(id: string): number {
    const index = this.#indexOf.get(id);
    if (index === undefined) {
      throw new EmbedLLMError(
        `The question ${JSON.stringify(id)} is not among the ${this.questions.length} questions of the pool.`,
        { code: 'invalid-argument' },
      );
    }
    return index;
  }

  /**
   * Index of a benchmark.
   *
   * @throws EmbedLLMError `invalid-argument` when the pool has no such benchmark.
   */
  benchmarkIndex(name: string): number {
    const index = this.benchmarks.indexOf(name);
    if (index < 0) {
      throw new EmbedLLMError(
        `Unknown benchmark ${JSON.stringify(name)}.${didYouMean(name, this.benchmarks)} Available: ${this.benchmarks.join(', ')}.`,
        { code: 'invalid-argument' },
      );
    }
    return index;
  }

  /** The answers that the pool holds of one of its own models. */
  answersOf(model: string): Answer[] {
    const column = this.models.indexOf(model);
    if (column < 0) {
      throw new EmbedLLMError(
        `The model ${JSON.stringify(model)} is not in the pool, so its responses must be given.`,
        { code: 'invalid-argument' },
      );
    }
    return this.questions.flatMap((question, index) => {
      const label = this.answers.labels[index * this.models.length + column];
      return label === 0 || label === 1 ? [{ question, outcome: label }] : [];
    });
  }

  /**
   * Checks responses and gives them as indices and labels.
   *
   * @throws EmbedLLMError `invalid-argument` on an unknown question or an outcome that is
   * neither 1 nor 0; `conflicting-labels` when a question was answered both right and wrong. A repeated
   * response counts once.
   */
  observe(responses: Iterable<Answer>): ObservedAnswers {
    const labels = new Map<number, number>();
    for (const { question, outcome } of responses) {
      const index = this.questionIndex(question);
      if (outcome !== 0 && outcome !== 1) {
        throw new EmbedLLMError(
          `The response to question ${JSON.stringify(question)} must have the outcome 1 (correct) or 0, but has ${String(outcome)}.`,
          { code: 'invalid-argument' },
        );
      }
      if ((labels.get(index) ?? outcome) !== outcome) {
        throw new EmbedLLMError(
          `The question ${JSON.stringify(question)} was answered both right and wrong.`,
          { code: 'conflicting-labels' },
        );
      }
      labels.set(index, outcome);
    }
    return {
      questions: Int32Array.from(labels.keys()),
      labels: Uint8Array.from(labels.values()),
    };
  }
}
