import { Matrix } from '@embedllm/core';
import { type EngineKind, resolveEngine } from '@embedllm/trainer';
import { type BackendKind, resolveBackend } from '@embedllm/trainer/tfjs';
import { assertClose, type Check } from './check.js';
import { cudaNeeds } from './cuda.js';

/** Engines of the direct solver and backends of TensorFlow.js. */
export const ENGINE_CHECKS: readonly Check[] = [
  engine(
    'typescript',
    'direct solver, anywhere',
    'Reinstall @embedllm/trainer, which includes it.',
  ),
  engine(
    'onnxruntime',
    'direct solver, fast',
    // Its install script fetches files for CUDA, and without them npm drops an optional package.
    'npm install onnxruntime-node; where nuget.org cannot be reached, npm install --ignore-scripts onnxruntime-node',
  ),
  engine(
    'webgpu',
    'direct solver on a GPU, through ONNX Runtime',
    'It needs a graphics driver (Vulkan on Linux) and onnxruntime-node, which supports WebGPU on Linux x64, macOS arm64 and Windows.',
  ),
  backend('wasm', 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm'),
  backend('cpu', 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu'),
  backend(
    'webgpu',
    'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-webgpu webgpu; it needs a graphics driver (Vulkan on Linux)',
    'webgpu (adam)',
  ),
  backend('tfjs-node', 'npm install @tensorflow/tfjs-node (fetches its binary while installing)'),
  backend('tfjs-node-gpu', `npm install @tensorflow/tfjs-node-gpu. ${cudaNeeds(undefined)}`),
];

function engine(kind: EngineKind, purpose: string, remedy: string): Check {
  return {
    name: kind,
    purpose,
    remedy,
    run: async () => {
      const opened = await resolveEngine({ prefer: [kind] });
      try {
        const a = Matrix.fromRows([
          [1, 2, 3],
          [-4, 0.5, 6],
        ]);
        const b = Matrix.fromRows([[2, -1, 0.25]]);
        assertClose((await opened.multiplyTransposed(a, b)).data, [0.75, -7]);
        assertClose((await opened.gram(a)).data, [17, 0, -21, 0, 4.25, 9, -21, 9, 45]);
        const labels = Uint8Array.of(1, 0);
        const { loss, bias } = await opened.logisticGradient(
          { embeddings: a, labels },
          { weights: b, bias: Float32Array.of(0) },
        );
        // Of the logits 0.75 and -7, to full precision by hand.
        assertClose([loss, ...bias], [0.3877825, -0.3199102]);
        return opened.name;
      } finally {
        await opened.dispose();
      }
    },
  };
}

function backend(kind: BackendKind, remedy: string, name: string = kind): Check {
  return {
    name,
    purpose: 'published training (adam), TensorFlow.js',
    remedy,
    run: async () => {
      const { tf, name: found, activate } = await resolveBackend({ prefer: [kind] });
      await activate();
      const product = tf.matMul(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        tf.tensor2d([[5], [6]]),
      );
      assertClose(await product.data(), [17, 39]);
      product.dispose();
      return found;
    },
  };
}
