import { Matrix, MISSING } from '@embedllm/core';
import { resolveBackend } from '../tfjs/resolve-backend.js';
import type { TfjsBackend } from '../tfjs/tensorflow.js';
import type { Engine } from './engine.js';

/** Settings of the TensorFlow.js engine. */
export interface TfjsEngineOptions {
  /** Where operations run. @default the fastest that `resolveBackend` finds */
  readonly backend?: TfjsBackend | undefined;
}

/**
 * The engine on TensorFlow.js: portable (browsers, WebAssembly), and the way to CUDA through
 * `@tensorflow/tfjs-node-gpu`. Needs the peers of one backend.
 *
 * @throws EmbedLLMError `missing-dependency` when no backend works here.
 * @example
 * const engine = await createTfjsEngine({ backend: await resolveBackend({ prefer: ['wasm'] }) });
 * const { model } = await trainDirect({ train, validation, engine });
 */
export async function createTfjsEngine(options: TfjsEngineOptions = {}): Promise<Engine> {
  const backend = options.backend ?? (await resolveBackend());
  const { tf } = backend;
  const tensor = ({ data, rows, cols }: Matrix) => tf.tensor2d(data, [rows, cols], 'float32');

  /** Runs operations without an `await` between them, and reads their results. */
  async function compute(
    run: () => import('@tensorflow/tfjs-core').Tensor[],
  ): Promise<Float32Array[]> {
    await backend.activate();
    const outputs = tf.tidy(run);
    try {
      // A copy, for a backend on the processor may hand out the memory of the tensor itself.
      return await Promise.all(
        outputs.map(async (output) => Float32Array.from(await output.data())),
      );
    } finally {
      tf.dispose(outputs);
    }
  }

  return {
    name: backend.name,
    gram: async (embeddings) => {
      const [gram] = await compute(() => {
        const x = tensor(embeddings);
        return [tf.matMul(x, x, true, false)];
      });
      return new Matrix(embeddings.cols, embeddings.cols, gram);
    },
    multiplyTransposed: async (a, b) => {
      const [product] = await compute(() => [tf.matMul(tensor(a), tensor(b), false, true)]);
      return new Matrix(a.rows, b.rows, product);
    },
    logisticGradient: async ({ embeddings, labels }, { weights, bias }) => {
      const [weightGradient, biasGradient, loss] = await compute(() => {
        const shape: [number, number] = [embeddings.rows, weights.rows];
        const x = tensor(embeddings);
        const y = tf.tensor2d(
          Float32Array.from(labels, (label) => (label === 1 ? 1 : 0)),
          shape,
        );
        const observed = tf.tensor2d(
          Float32Array.from(labels, (label) => (label === MISSING ? 0 : 1)),
          shape,
        );
        const logits = tf.add(tf.matMul(x, tensor(weights), false, true), tf.tensor1d(bias));
        const residuals = tf.mul(tf.sub(tf.sigmoid(logits), y), observed);
        const losses = tf.mul(tf.sub(tf.softplus(logits), tf.mul(y, logits)), observed);
        return [tf.matMul(residuals, x, true, false), tf.sum(residuals, 0), tf.sum(losses)];
      });
      return {
        weights: new Matrix(weights.rows, weights.cols, weightGradient),
        bias: biasGradient as Float32Array,
        loss: loss?.[0] as number,
      };
    },
    // Nothing is held between calls; the backend may serve others.
    dispose: async () => {},
  };
}
