import { type CorrectnessMatrix, EmbedLLMError, Matrix } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import type { Engine, LinearParameters } from '../engines/engine.js';

/** First and second moments of the question embeddings of a shard. */
export interface ShardMoments {
  /** Number of questions, q. */
  readonly questions: number;
  /** Sum of the embeddings, length D. */
  readonly sum: Float64Array;
  /** Xᵀ X, row-major [D, D]. */
  readonly gram: Float64Array;
}

/** Loss and gradient of a shard, summed over its observed labels. */
export interface ShardGradient {
  /** Row-major [M, D]. */
  readonly weights: Float64Array;
  /** Length M. */
  readonly bias: Float64Array;
  /** Sum of the log losses in nats. */
  readonly loss: number;
}

/**
 * A part of the training questions. The direct solver sees the data through this interface only,
 * and only as sums: whatever can add up moments and gradients over its part (a process, a
 * machine, a query on a cluster) can take part in training, and the parts may have any sizes.
 *
 * Traffic of one iteration: M (D + 1) floats to each shard and as many back.
 */
export interface Shard {
  /** D. */
  readonly dimensions: number;
  /** M. */
  readonly modelCount: number;
  /** Observed labels of each model, length M. */
  readonly labelCounts: Float64Array;
  /** Called once in a training. */
  moments(options?: { signal?: AbortSignal | undefined }): Promise<ShardMoments>;
  /** Called once an iteration. */
  gradient(
    parameters: LinearParameters,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<ShardGradient>;
}

/** What `createLocalShard` takes. */
export interface LocalShardOptions {
  /** Question embeddings, shape [Q, D]. */
  readonly embeddings: Matrix;
  /** Labels of shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
  readonly engine: Engine;
  /**
   * Questions that one product covers. Temporary memory is 16 bytes x tileRows x M or so,
   * whatever Q is.
   *
   * @default as many as keep a tile within 64 MB, but at least 256
   */
  readonly tileRows?: number | undefined;
}

const TILE_BYTES = 64 * 2 ** 20;

/**
 * The questions in this process's memory as one shard, walked tile by tile.
 *
 * @throws EmbedLLMError `shape-mismatch` when rows and questions differ in number.
 */
export function createLocalShard(options: LocalShardOptions): Shard {
  const { embeddings, correctness, engine } = options;
  const { rows, cols: D } = embeddings;
  const M = correctness.modelCount;
  if (rows !== correctness.questionCount) {
    throw new EmbedLLMError(
      `There are ${rows} question embeddings, but labels for ${correctness.questionCount} questions.`,
      { code: 'shape-mismatch' },
    );
  }
  const bytesPerRow = 4 * (D + 4 * M);
  const tileRows = options.tileRows ?? Math.max(256, Math.floor(TILE_BYTES / bytesPerRow));
  checkInteger('tileRows', tileRows, { min: 1 });

  const labelCounts = new Float64Array(M);
  correctness.forEachLabel((_, model) => {
    labelCounts[model] = labelCounts[model]! + 1;
  });

  async function forEachTile(
    signal: AbortSignal | undefined,
    visit: (tile: { embeddings: Matrix; labels: Uint8Array }) => Promise<void>,
  ): Promise<void> {
    for (let start = 0; start < rows; start += tileRows) {
      signal?.throwIfAborted();
      const end = Math.min(start + tileRows, rows);
      await visit({
        embeddings: new Matrix(end - start, D, embeddings.data.subarray(start * D, end * D)),
        labels: correctness.tile(start, end),
      });
    }
  }

  return {
    dimensions: D,
    modelCount: M,
    labelCounts,
    async moments({ signal } = {}) {
      const gram = new Float64Array(D * D);
      await forEachTile(signal, async (tile) => {
        addTo(gram, (await engine.gram(tile.embeddings)).data);
      });
      return { questions: rows, sum: columnSums(embeddings), gram };
    },
    async gradient(parameters, { signal } = {}) {
      const weights = new Float64Array(M * D);
      const bias = new Float64Array(M);
      let loss = 0;
      await forEachTile(signal, async (tile) => {
        const part = await engine.logisticGradient(tile, parameters);
        addTo(weights, part.weights.data);
        addTo(bias, part.bias);
        loss += part.loss;
      });
      return { weights, bias, loss };
    },
  };
}

/** Adds one vector to another of the same length, in place. */
export function addTo(
  target: Float64Array | Float32Array,
  addend: Float64Array | Float32Array,
): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = target[index]! + addend[index]!;
  }
}

function columnSums(matrix: Matrix): Float64Array {
  const sums = new Float64Array(matrix.cols);
  for (let row = 0; row < matrix.rows; row++) addTo(sums, matrix.row(row));
  return sums;
}
