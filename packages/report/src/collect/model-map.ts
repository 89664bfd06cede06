import { EmbedLLMError, type FactorizationModel, type ModelInfo } from '@embedllm/core';
import { nearestModels, principalComponents } from '@embedllm/probes';
import type { ModelMapContent } from '../content/model-map-content.js';

/**
 * The pool by the first two principal components of its embeddings, with each model's nearest
 * neighbour in all dimensions.
 *
 * @throws EmbedLLMError `invalid-data` for fewer than three models.
 */
export function collectModelMap(
  model: FactorizationModel,
  models: readonly ModelInfo[],
): ModelMapContent {
  if (model.models.length < 3) {
    throw new EmbedLLMError(
      `A map needs at least three models, but the artifact has ${model.models.length}.`,
      { code: 'invalid-data' },
    );
  }
  const { points, explained } = principalComponents({ model });
  const families = new Map(models.map(({ name, family }) => [name, family]));
  return {
    method: 'principal components',
    explained: explained.slice(0, 2),
    models: points.map(({ name, x, y }) => ({
      name,
      family: families.get(name),
      x,
      y,
      nearest: nearestModels({ model, name, count: 1, metric: 'euclidean' })[0],
    })),
  };
}
