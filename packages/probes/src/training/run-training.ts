import {
  type CorrectnessMatrix,
  EmbedLLMError,
  evaluateByCategory,
  evaluatePredictions,
  type FactorizationModel,
  type PredictionMetrics,
} from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import type { ProbeData, TrainingProbeOptions, TrainingRequest } from './probe-data.js';

/** One training: on which questions and models. */
export interface TrainingPlan {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly models: readonly number[];
  readonly dimensions?: number | undefined;
  readonly seed?: number | undefined;
  /** Hides training labels, for thinning: labels of shape [Q, M]. */
  readonly correctness?: CorrectnessMatrix | undefined;
}

/** Runs the trainings of a probe, in the order in which they are asked for, reporting each. */
export class TrainingRunner {
  readonly #options: TrainingProbeOptions;
  readonly #total: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #failure: { readonly reason: unknown } | undefined;
  #done = 0;

  constructor(options: TrainingProbeOptions, total: number) {
    const { concurrency = 1 } = options;
    checkInteger('concurrency', concurrency, { min: 1 });
    this.#options = options;
    this.#total = total;
    this.#free = concurrency;
  }

  /**
   * Waits until less than `concurrency` of them run. After one that failed no other begins.
   *
   * @throws the signal's reason when aborted, and whatever the trainer throws.
   */
  async run(plan: TrainingPlan): Promise<FactorizationModel> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      if (this.#failure) throw this.#failure.reason;
      return await this.#train(plan);
    } catch (reason) {
      this.#failure ??= { reason };
      throw reason;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  async #train(plan: TrainingPlan): Promise<FactorizationModel> {
    const { data, train, signal, onProgress } = this.#options;
    signal?.throwIfAborted();
    onProgress?.({ phase: 'train', done: this.#done, total: this.#total, unit: 'trainings' });
    const request: TrainingRequest = {
      ...labelledSet(data, plan, plan.train),
      validation: plan.validation.length > 0 ? labelledSet(data, plan, plan.validation) : undefined,
      dimensions: plan.dimensions,
      seed: plan.seed ?? 0,
      signal,
    };
    const model = await train(request);
    if (model.models.join('\n') !== request.correctness.models.join('\n')) {
      throw new EmbedLLMError('The trainer must return the requested models in the same order.', {
        code: 'shape-mismatch',
      });
    }
    this.#done++;
    if (this.#done === this.#total)
      onProgress?.({ phase: 'train', done: this.#done, total: this.#total, unit: 'trainings' });
    return model;
  }
}

function labelledSet(
  data: ProbeData,
  plan: TrainingPlan,
  questions: readonly number[],
): Pick<TrainingRequest, 'embeddings' | 'correctness'> {
  return {
    embeddings: data.embeddings.selectRows(questions),
    correctness: (plan.correctness ?? data.correctness)
      .selectQuestions(questions)
      .selectModels(plan.models),
  };
}

/** Figures on the test questions, overall and for each benchmark that has labels there. */
export interface TestFigures {
  readonly overall: PredictionMetrics;
  readonly benchmarks: ReadonlyMap<string, PredictionMetrics>;
}

/** Measures a model on the test questions, for the models that it knows. */
export function testFigures(
  data: ProbeData,
  model: FactorizationModel,
  models: readonly number[],
): TestFigures {
  const { test } = data.split;
  const truth = data.correctness.selectQuestions(test).selectModels(models);
  const predictions = model.predictProbabilities(data.embeddings.selectRows(test));
  return {
    overall: evaluatePredictions(predictions, truth),
    benchmarks: evaluateByCategory(
      predictions,
      truth,
      test.map((question) => data.categories[question] as string),
    ),
  };
}
