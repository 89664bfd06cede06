import { createHash } from 'node:crypto';
import { CorrectnessMatrix, Matrix, MISSING, Random } from '@embedllm/core';
import type { DirectTraining, LabelledSet, TrainDirectOptions } from '@embedllm/trainer';

/** Labels of models that each like some directions; a tenth of them is missing. */
export function randomSet(questions: number, models: number, dimensions: number): LabelledSet {
  const random = new Random(7);
  const embeddings = new Matrix(questions, dimensions);
  for (let index = 0; index < embeddings.data.length; index++) {
    embeddings.data[index] = random.normal();
  }
  const labels = new Uint8Array(questions * models);
  for (let question = 0; question < questions; question++) {
    for (let model = 0; model < models; model++) {
      const isHigh = embeddings.at(question, model % dimensions) > random.normal();
      const label = random.uniform() < 0.1 ? MISSING : isHigh ? 1 : 0;
      labels[question * models + model] = label;
    }
  }
  const names = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return {
    embeddings,
    correctness: new CorrectnessMatrix({
      questions: names('q', questions),
      models: names('m', models),
      labels,
    }),
  };
}

/** One strength, and some twenty rounds. */
export const settings: Omit<TrainDirectOptions, 'train'> = {
  ridges: [0.03],
  poolings: [0.5],
  ranks: [8],
  tolerance: 1e-12,
  maxIterations: 20,
};

/** SHA-256 of the weights. */
export function hashOf({ model }: DirectTraining): string {
  const { modelEmbeddings, projection, projectionBias } = model;
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [
    ...[modelEmbeddings.data, projection.data, projectionBias],
  ]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
