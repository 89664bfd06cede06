import { EmbedLLMError, Matrix } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node';
import { ElementType, encodeOnnxModel, type OnnxGraph } from '../onnx/onnx-graph.js';
import type { Engine } from './engine.js';

/** Settings of the ONNX Runtime engine. */
export interface OnnxRuntimeEngineOptions {
  /**
   * Threads that one product uses.
   *
   * @default the number of processors that this process may use
   */
  readonly threads?: number | undefined;
  /**
   * Where products run: `webgpu` is the provider that onnxruntime-node brings along on Linux x64, macOS
   * arm64 and Windows; it needs a graphics driver and no further package.
   *
   * @default 'cpu'
   */
  readonly device?: 'cpu' | 'webgpu' | undefined;
}

const { float32, int64, uint8 } = ElementType;

const GRAM: OnnxGraph = {
  name: 'gram',
  inputs: [{ name: 'x', type: float32, shape: ['q', 'd'] }],
  outputs: [{ name: 'gram', type: float32, shape: ['d', 'd'] }],
  nodes: [{ op: 'Gemm', inputs: ['x', 'x'], outputs: ['gram'], attributes: { transA: 1 } }],
};

const MULTIPLY_TRANSPOSED: OnnxGraph = {
  name: 'multiply_transposed',
  inputs: [
    { name: 'a', type: float32, shape: ['n', 'k'] },
    { name: 'b', type: float32, shape: ['m', 'k'] },
  ],
  outputs: [{ name: 'product', type: float32, shape: ['n', 'm'] }],
  nodes: [{ op: 'Gemm', inputs: ['a', 'b'], outputs: ['product'], attributes: { transB: 1 } }],
};

/** Logits, residuals, loss and gradient in one graph: logits and residuals never leave it. */
const LOGISTIC_GRADIENT: OnnxGraph = {
  name: 'logistic_gradient',
  inputs: [
    { name: 'x', type: float32, shape: ['q', 'd'] },
    { name: 'labels', type: uint8, shape: ['q', 'm'] },
    { name: 'weights', type: float32, shape: ['m', 'd'] },
    { name: 'bias', type: float32, shape: ['m'] },
  ],
  outputs: [
    { name: 'weight_gradient', type: float32, shape: ['m', 'd'] },
    { name: 'bias_gradient', type: float32, shape: ['m'] },
    { name: 'loss', type: float32, shape: [] },
  ],
  constants: [
    { name: 'two', type: float32, shape: [], values: [2] },
    { name: 'over_questions', type: int64, shape: [1], values: [0] },
  ],
  nodes: [
    {
      op: 'Gemm',
      inputs: ['x', 'weights', 'bias'],
      outputs: ['logits'],
      attributes: { transB: 1 },
    },
    { op: 'Cast', inputs: ['labels'], outputs: ['y'], attributes: { to: float32 } },
    { op: 'Less', inputs: ['y', 'two'], outputs: ['is_observed'] },
    { op: 'Cast', inputs: ['is_observed'], outputs: ['observed'], attributes: { to: float32 } },
    { op: 'Sigmoid', inputs: ['logits'], outputs: ['probabilities'] },
    { op: 'Sub', inputs: ['probabilities', 'y'], outputs: ['all_residuals'] },
    { op: 'Mul', inputs: ['all_residuals', 'observed'], outputs: ['residuals'] },
    {
      op: 'Gemm',
      inputs: ['residuals', 'x'],
      outputs: ['weight_gradient'],
      attributes: { transA: 1 },
    },
    {
      op: 'ReduceSum',
      inputs: ['residuals', 'over_questions'],
      outputs: ['bias_gradient'],
      attributes: { keepdims: 0 },
    },
    // log(1 + exp(z)) - y z, which stays finite where log of a saturated sigmoid would not.
    { op: 'Softplus', inputs: ['logits'], outputs: ['softplus'] },
    { op: 'Mul', inputs: ['y', 'logits'], outputs: ['label_logits'] },
    { op: 'Sub', inputs: ['softplus', 'label_logits'], outputs: ['all_losses'] },
    { op: 'Mul', inputs: ['all_losses', 'observed'], outputs: ['losses'] },
    { op: 'ReduceSum', inputs: ['losses'], outputs: ['loss'], attributes: { keepdims: 0 } },
  ],
};

/**
 * The engine on ONNX Runtime's processor kernels: graphs of a few operators built here, some
 * 20 times faster than plain TypeScript on two cores. Needs the optional peer `onnxruntime-node`.
 *
 * @throws EmbedLLMError `missing-dependency` when it is not installed or cannot be loaded, or the device
 * is not there.
 */
export async function createOnnxRuntimeEngine(
  options: OnnxRuntimeEngineOptions = {},
): Promise<Engine> {
  const runtime = await loadRuntime();
  const threads = options.threads ?? (await availableThreads());
  checkInteger('threads', threads, { min: 1 });
  const { device = 'cpu' } = options;
  const open = (graph: OnnxGraph): Promise<InferenceSession> =>
    runtime.InferenceSession.create(encodeOnnxModel(graph), {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Threads that spin while they wait starve whatever else runs on the machine, and themselves.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  const [gram, product, gradient] = await Promise.all(
    [GRAM, MULTIPLY_TRANSPOSED, LOGISTIC_GRADIENT].map(open),
  ).catch((cause: unknown) => {
    throw device === 'cpu' ? cause : noDevice(device, cause);
  });
  const sessions = { gram: gram!, product: product!, gradient: gradient! };
  const tensor = (matrix: Matrix): TypedTensor<'float32'> =>
    new runtime.Tensor('float32', matrix.data, [matrix.rows, matrix.cols]);

  return {
    name:
      device === 'cpu'
        ? `onnxruntime (${threads} ${threads === 1 ? 'thread' : 'threads'})`
        : `onnxruntime (${device})`,
    gram: async (embeddings) => {
      const results = await sessions.gram.run({ x: tensor(embeddings) });
      return new Matrix(embeddings.cols, embeddings.cols, floats(results, 'gram'));
    },
    multiplyTransposed: async (a, b) => {
      const results = await sessions.product.run({ a: tensor(a), b: tensor(b) });
      return new Matrix(a.rows, b.rows, floats(results, 'product'));
    },
    logisticGradient: async ({ embeddings, labels }, { weights, bias }) => {
      const results = await sessions.gradient.run({
        x: tensor(embeddings),
        labels: new runtime.Tensor('uint8', labels, [embeddings.rows, weights.rows]),
        weights: tensor(weights),
        bias: new runtime.Tensor('float32', bias, [bias.length]),
      });
      return {
        weights: new Matrix(weights.rows, weights.cols, floats(results, 'weight_gradient')),
        bias: floats(results, 'bias_gradient'),
        loss: floats(results, 'loss')[0]!,
      };
    },
    dispose: async () => {
      await Promise.all(Object.values(sessions).map((session) => session.release()));
    },
  };
}

async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new EmbedLLMError(
      'The onnxruntime engine needs the package onnxruntime-node: npm install onnxruntime-node. If its install script cannot download from nuget.org: npm install --ignore-scripts onnxruntime-node',
      { code: 'missing-dependency', cause },
    );
  }
}

function noDevice(device: string, cause: unknown): EmbedLLMError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmbedLLMError(
    `ONNX Runtime cannot run on ${device} here: ${reason}. It needs a graphics driver (Vulkan on Linux), and onnxruntime-node includes WebGPU only on Linux x64, macOS arm64 and Windows.`,
    { code: 'missing-dependency', cause },
  );
}

async function availableThreads(): Promise<number> {
  const { availableParallelism } = await import('node:os');
  return availableParallelism();
}

function floats(results: Record<string, Tensor>, name: string): Float32Array {
  const data = results[name]?.data;
  if (!(data instanceof Float32Array)) {
    throw new EmbedLLMError(`ONNX Runtime did not return 32-bit floats for ${name}.`, {
      code: 'not-finite',
    });
  }
  return data;
}
