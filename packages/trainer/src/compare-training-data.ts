import type { Artifact, EvaluationDataset, Matrix } from '@embedllm/core';
import { fingerprintTrainingData } from '@embedllm/trainer';

/**
 * Whether an artifact was trained on exactly these questions of a dataset, by the fingerprint that
 * it records. Models that joined after the training are left aside.
 *
 * @param options.embeddings - Of all questions, shape [Q, D].
 * @param options.train - Indices of the questions that it should have been trained on.
 */
export async function compareTrainingData(options: {
  readonly artifact: Artifact;
  readonly dataset: EvaluationDataset;
  readonly embeddings: Matrix;
  readonly train: readonly number[];
}): Promise<'same' | 'differs'> {
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
