import type { Artifact, EvaluationDataset, Matrix } from '@embedllm/core';
import { fingerprintTrainingData } from './data-fingerprint.js';

/** What `compareTrainingData` compares. */
export interface CompareTrainingDataOptions {
  readonly artifact: Artifact;
  readonly dataset: EvaluationDataset;
  /** Embeddings of all questions of the dataset, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** Indices of the questions that the artifact should have been trained on. */
  readonly train: readonly number[];
}

/**
 * Whether an artifact was trained on exactly these questions of a dataset, by the fingerprint that
 * it records. Models that joined after the training are left aside.
 */
export async function compareTrainingData(
  options: CompareTrainingDataOptions,
): Promise<'same' | 'differs'> {
  const { artifact, dataset, embeddings, train } = options;
  const { model, training } = artifact;
  const places = new Map(dataset.correctness.models.map((name, index) => [name, index]));
  const columns = model.models.slice(0, training.counts.models).map((name) => places.get(name));
  if (columns.includes(undefined)) return 'differs';
  const fingerprint = await fingerprintTrainingData({
    embeddings: embeddings.selectRows(train),
    correctness: dataset.correctness
      .selectQuestions(train)
      .selectModels(columns.filter((column) => column !== undefined)),
  });
  return fingerprint === training.dataFingerprint ? 'same' : 'differs';
}
