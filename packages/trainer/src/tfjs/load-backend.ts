import { EmbedLLMError } from '@embedllm/core';
import { withNodeWebGpu } from './node-webgpu.js';
import type { BackendKind, TensorFlow, TfjsBackend } from './tensorflow.js';

type LoadedBackend = Omit<TfjsBackend, 'unavailable'>;

/** What tfjs-node-gpu 4.22 asks for, by its own documentation; it brings TensorFlow 2.9.1. */
const CUDA_NEEDS = 'an NVIDIA GPU with CUDA 11.2 and cuDNN 8.1';

/**
 * Loads one backend.
 *
 * @throws EmbedLLMError `missing-dependency`, saying what to install.
 */
export async function loadBackend(kind: BackendKind): Promise<LoadedBackend> {
  if (kind === 'tfjs-node' || kind === 'tfjs-node-gpu') return loadNative(kind);
  if (kind === 'webgpu' && !hasWebGpu()) return await withNodeWebGpu(() => loadPortable(kind));
  return await loadPortable(kind);
}

/** The backends that are JavaScript, WebAssembly or shaders. */
async function loadPortable(kind: 'webgpu' | 'wasm' | 'cpu'): Promise<LoadedBackend> {
  const packages = ['@tensorflow/tfjs-core', `@tensorflow/tfjs-backend-${kind}`];
  const tf = await withInstructions(packages, async () => {
    const core = await import('@tensorflow/tfjs-core');
    if (kind === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
    else if (kind === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
    else await import('@tensorflow/tfjs-backend-webgpu');
    return core;
  });
  await activate(tf, kind);
  const hasSimd = kind === 'wasm' && (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  const name = `tfjs ${kind} ${tf.version_core}${hasSimd ? ' (SIMD)' : ''}`;
  return { kind, name, tf, activate: () => activate(tf, kind) };
}

/** The backends on TensorFlow's C library, which register themselves as `tensorflow`. */
async function loadNative(kind: 'tfjs-node' | 'tfjs-node-gpu'): Promise<LoadedBackend> {
  const specifier = `@tensorflow/${kind}`;
  const tf = await withInstructions([specifier], async () => {
    // Not a literal, so that neither bundlers nor the type checker look for an absent package.
    const loaded: unknown = await import(/* @vite-ignore */ specifier);
    const candidates = [loaded, hasDefault(loaded) ? loaded.default : undefined];
    const found = candidates.find(isTensorFlow);
    if (!found) throw new Error(`${specifier} does not export what TensorFlow.js 4 does.`);
    return found;
  });
  await activate(tf, 'tensorflow');
  const native: unknown = tf.backend();
  const usesGpu =
    typeof native === 'object' && native !== null && 'isUsingGpuDevice' in native
      ? native.isUsingGpuDevice
      : undefined;
  if (kind === 'tfjs-node-gpu' && usesGpu === false) {
    throw new EmbedLLMError(
      `@tensorflow/tfjs-node-gpu is installed but found no GPU; it needs ${CUDA_NEEDS}.`,
      { code: 'missing-dependency' },
    );
  }
  const name = `${kind} ${tf.version_core}`;
  return { kind, name, tf, activate: () => activate(tf, 'tensorflow') };
}

async function activate(tf: TensorFlow, backend: string): Promise<void> {
  if (tf.getBackend() === backend) return;
  if (!(await tf.setBackend(backend))) {
    throw new EmbedLLMError(
      `The ${backend} backend of TensorFlow.js is installed but does not start on this machine.`,
      { code: 'missing-dependency' },
    );
  }
}

async function withInstructions<T>(
  packages: readonly string[],
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isNative = packages[0]?.includes('tfjs-node');
    const needs = packages[0]?.endsWith('-gpu') ? ` It needs ${CUDA_NEEDS}.` : '';
    throw new EmbedLLMError(
      `It cannot be loaded: run \`npm install ${packages.join(' ')}\`${
        isNative ? ', which downloads its binary during installation' : ''
      }.${needs}`,
      { code: 'missing-dependency', cause },
    );
  }
}

function hasWebGpu(): boolean {
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  return (
    typeof navigator === 'object' && navigator !== null && Reflect.get(navigator, 'gpu') != null
  );
}

function hasDefault(value: unknown): value is { default: unknown } {
  return typeof value === 'object' && value !== null && 'default' in value;
}

function isTensorFlow(value: unknown): value is TensorFlow {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['matMul', 'tensor2d', 'tidy', 'scatterND', 'setBackend', 'getBackend', 'backend'].every(
      (name) => typeof Reflect.get(value, name) === 'function',
    )
  );
}
