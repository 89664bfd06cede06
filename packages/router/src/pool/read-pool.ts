import { FactorizationModel, Matrix } from '@embedllm/core';
import type { RouterPool } from './router-pool.js';

/** Calibrated probabilities and expected dollars of each question, both [Q, M]. */
export function predict(
  pool: RouterPool,
  embeddings: Matrix,
  inputTokens: number | undefined,
  coverage: ArrayLike<number> | undefined,
): { probabilities: Matrix; costsUsd: Matrix } {
  const requests = pool.requests(embeddings, () => inputTokens, coverage);
  const probabilities = new Matrix(requests.length, pool.models.length);
  const costsUsd = new Matrix(requests.length, pool.models.length);
  requests.forEach((request, index) => {
    probabilities.row(index).set(request.probabilities);
    costsUsd.row(index).set(request.costsUsd);
  });
  return { probabilities, costsUsd };
}

/** How familiar questions are, length Q; NaN where the artifact does not say. */
export function familiarity(
  pool: RouterPool,
  embeddings: Matrix,
  coverage: ArrayLike<number> | undefined,
): Float64Array {
  return Float64Array.from({ length: embeddings.rows }, (_, row) => {
    const assessment = pool.assess(embeddings.row(row), coverage?.[row]);
    return assessment?.familiarity ?? Number.NaN;
  });
}

/** The pool as a model, with all that was added and learned. */
export function toModel(pool: RouterPool): FactorizationModel {
  const { base, embeddings } = pool.scorer;
  const { projection, projectionBias, classifier, classifierBias } = base;
  return new FactorizationModel({
    models: pool.models.map(({ name }) => name),
    modelEmbeddings: embeddings.selectRows([...pool.models.keys()]),
    projection,
    projectionBias,
    classifier,
    classifierBias,
  });
}
