import { type CorrectnessMatrix, estimateAccuracies } from '@embedllm/core';

/**
 * Each model's accuracy over the questions of all models (`estimateAccuracies`), as if a half were
 * right of one answer more, so that none is exactly 0 or 1; 0 for a model without any. Length M.
 */
export function estimatedMeans(correctness: CorrectnessMatrix): Float32Array {
  return Float32Array.from(estimateAccuracies(correctness), (estimate) =>
    estimate ? (estimate.accuracy * estimate.labels + 0.5) / (estimate.labels + 1) : 0,
  );
}
