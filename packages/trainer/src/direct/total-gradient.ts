import { EmbedLLMError, Matrix } from '@embedllm/core';
import type { Curvature } from './curvature.js';
import type { CentredParameters } from './penalty.js';
import { addTo, type Shard, type ShardGradient } from './shard.js';
import { visitShards } from './visit-shards.js';

/** Where gradients come from. */
export interface GradientSource {
  readonly shards: readonly Shard[];
  readonly curvature: Curvature;
  /** Shards at work at the same time. @default all */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gradient of the log loss in the centred parameters, summed over shards in their order.
 *
 * @throws EmbedLLMError `not-finite`, naming the tensor and what `where` says.
 */
export async function totalGradient(
  { shards, curvature, concurrency = shards.length, signal }: GradientSource,
  point: CentredParameters,
  where: string,
): Promise<ShardGradient> {
  const { mean, dimensions: D } = curvature;
  const M = point.intercepts.length;
  const parameters = toRawParameters(point, mean);
  const weights = new Float64Array(M * D);
  const bias = new Float64Array(M);
  let loss = 0;
  await visitShards({
    ...{ shards, concurrency, signal },
    start: (shard, ended) => shard.gradient(parameters, { signal: ended }),
    add: (part) => {
      addTo(weights, part.weights);
      addTo(bias, part.bias);
      loss += part.loss;
    },
  });
  for (let model = 0; model < M; model++) {
    const sum = bias[model]!;
    for (let j = 0, index = model * D; j < D; j++, index++) {
      weights[index] = weights[index]! - sum * mean[j]!;
    }
  }
  assertFinite({ weights, bias, loss }, where);
  return { weights, bias, loss };
}

/** The same regressions on embeddings that are not centred, in 32 bits for an engine. */
export function toRawParameters(
  { weights, intercepts }: CentredParameters,
  mean: Float64Array,
): { weights: Matrix; bias: Float32Array } {
  const M = intercepts.length;
  const D = mean.length;
  const bias = new Float32Array(M);
  for (let model = 0; model < M; model++) {
    let offset = 0;
    for (let j = 0; j < D; j++) {
      offset += weights[model * D + j]! * mean[j]!;
    }
    bias[model] = intercepts[model]! - offset;
  }
  return { weights: new Matrix(M, D, Float32Array.from(weights)), bias };
}

function assertFinite({ weights, bias, loss }: ShardGradient, where: string): void {
  const offender = !weights.every(Number.isFinite)
    ? 'weight gradient'
    : !bias.every(Number.isFinite)
      ? 'intercept gradient'
      : !Number.isFinite(loss)
        ? 'loss'
        : undefined;
  if (offender) {
    throw new EmbedLLMError(
      `The ${offender} is not finite in ${where}. Are the embeddings very large?`,
      { code: 'not-finite' },
    );
  }
}
