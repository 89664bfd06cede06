import { EmbedLLMError, logLoss, Matrix, MISSING } from '@embedllm/core';
import { checkIntegers } from '@embedllm/internals';
import type { LabelledSet } from '../direct/labelled-set.js';
import type { Engine } from '../engines/engine.js';
import { type ClusterCounts, type ClusterItems, fitClusterItems } from './cluster-items.js';
import type { Predictor } from './predictor.js';
import { clusterQuestions, type QuestionClusters } from './question-clusters.js';

/** What `fitClusterDifficulty` takes. */
export interface ClusterDifficultyOptions {
  readonly train: LabelledSet;
  /** 1 for the Rasch model, 2 to let clusters discriminate more or less. */
  readonly parameters: 1 | 2;
  /** Where distances are computed. */
  readonly engine: Engine;
  /** Chooses the number of clusters by log loss. Without it, `clusters` must hold one value. */
  readonly validation?: LabelledSet | undefined;
  /**
   * Numbers of clusters to try, each ≥ 1.
   *
   * @default [4, 8, 16, 32, 64, 128], or [32] without validation
   */
  readonly clusters?: readonly number[] | undefined;
  /** Of the clustering; an unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How hard a question is, known from its cluster: item response theory made to generalise to new
 * questions. Questions are clustered by their embeddings, the clusters are the items, and a new
 * question takes the item of its cluster: P(correct) = sigmoid(discrimination * ability + easiness),
 * with one parameter a cluster (Rasch, 1960) or two (Birnbaum, 1968), fitted as the joint mode of
 * the posterior under normal priors.
 *
 * @throws EmbedLLMError `invalid-argument` when a number of clusters is not a positive integer, or
 * when there are several and no validation set.
 */
export async function fitClusterDifficulty(options: ClusterDifficultyOptions): Promise<Predictor> {
  const { train, parameters, engine, validation, seed = 0, signal } = options;
  const numbers = options.clusters ?? (validation ? [4, 8, 16, 32, 64, 128] : [32]);
  checkIntegers('clusters', numbers, { min: 1 });
  if (numbers.length > 1 && !validation) {
    throw new EmbedLLMError('Choosing a number of clusters needs a validation set.', {
      code: 'invalid-argument',
    });
  }
  let chosen: { loss: number; predictor: Predictor } | undefined;
  for (const count of numbers) {
    const clusters = await clusterQuestions(train.embeddings, {
      clusters: count,
      engine,
      seed,
      signal,
    });
    const assigned = await clusters.assign(train.embeddings);
    const fitted = fitClusterItems(
      countAnswers(train, assigned, clusters.centres.rows),
      parameters,
    );
    const predictor = createPredictor(clusters, fitted, parameters);
    const loss = validation
      ? logLoss(await predictor.predictProbabilities(validation.embeddings), validation.correctness)
      : 0;
    if (!chosen || loss < chosen.loss) chosen = { loss, predictor };
  }
  if (!chosen)
    throw new EmbedLLMError('No number of clusters gives a finite loss.', { code: 'not-finite' });
  return chosen.predictor;
}

function createPredictor(
  clusters: QuestionClusters,
  { ability, easiness, discrimination }: ClusterItems,
  parameters: 1 | 2,
): Predictor {
  return {
    name: `${parameters}PL item response (${clusters.centres.rows} clusters)`,
    predictProbabilities: async (embeddings) => {
      const assigned = await clusters.assign(embeddings);
      const predictions = new Matrix(embeddings.rows, ability.length);
      for (let question = 0; question < embeddings.rows; question++) {
        const cluster = assigned[question]!;
        const row = predictions.row(question);
        for (let model = 0; model < row.length; model++) {
          const z = discrimination[cluster]! * ability[model]! + easiness[cluster]!;
          row[model] = 1 / (1 + Math.exp(-z));
        }
      }
      return predictions;
    },
  };
}

function countAnswers(
  { correctness }: LabelledSet,
  assigned: Uint32Array,
  clusters: number,
): ClusterCounts {
  const M = correctness.modelCount;
  const answered = new Float64Array(clusters * M);
  const correct = new Float64Array(clusters * M);
  for (let question = 0; question < correctness.questionCount; question++) {
    const start = assigned[question]! * M;
    const labels = correctness.row(question);
    for (let model = 0; model < M; model++) {
      const label = labels[model]!;
      if (label === MISSING) continue;
      answered[start + model] = answered[start + model]! + 1;
      correct[start + model] = correct[start + model]! + label;
    }
  }
  return { clusters, models: M, answered, correct };
}
