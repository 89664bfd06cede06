import { EmbedLLMError } from '@embedllm/core';
import type { Engine } from './engine.js';
import { createOnnxRuntimeEngine } from './onnxruntime-engine.js';
import { createTypeScriptEngine } from './typescript-engine.js';

/** An engine that ships with this package. */
export type EngineKind = 'onnxruntime' | 'webgpu' | 'tfjs' | 'typescript';

/** How `resolveEngine` chooses. */
export interface ResolveEngineOptions {
  /**
   * Engines to try, best first; `webgpu` is ONNX Runtime on a graphics card, and `tfjs` takes the backend that `resolveBackend` finds.
   *
   * @default ['onnxruntime', 'typescript']
   */
  readonly prefer?: readonly EngineKind[] | undefined;
  /** Threads of an engine that has them. @default all processors that this process may use */
  readonly threads?: number | undefined;
  /**
   * Called when an engine that was preferred cannot be used, and why.
   *
   * @default prints a process warning
   */
  readonly onFallback?: ((announcement: EngineFallback) => void) | undefined;
}

/** An engine that was passed over. */
export interface EngineFallback {
  readonly unavailable: EngineKind;
  /** The next one to be tried. */
  readonly next: EngineKind;
  readonly reason: EmbedLLMError;
}

/**
 * Opens the first engine of a list that works here.
 *
 * @throws EmbedLLMError `missing-dependency` when none of them does, `invalid-argument` when the
 * list is empty.
 * @example
 * const engine = await resolveEngine({ prefer: ['onnxruntime', 'typescript'] });
 */
export async function resolveEngine(options: ResolveEngineOptions = {}): Promise<Engine> {
  const { prefer = ['onnxruntime', 'typescript'], threads, onFallback = warn } = options;
  for (const [position, kind] of prefer.entries()) {
    try {
      return await open(kind, threads);
    } catch (reason) {
      const next = prefer[position + 1];
      const isAbsence = reason instanceof EmbedLLMError && reason.code === 'missing-dependency';
      if (!isAbsence || next === undefined) throw reason;
      onFallback({ unavailable: kind, next, reason });
    }
  }
  throw new EmbedLLMError('The list of preferred engines is empty.', { code: 'invalid-argument' });
}

async function open(kind: EngineKind, threads: number | undefined): Promise<Engine> {
  if (kind === 'onnxruntime') return createOnnxRuntimeEngine({ threads });
  if (kind === 'webgpu') return createOnnxRuntimeEngine({ threads, device: 'webgpu' });
  if (kind === 'typescript') return createTypeScriptEngine();
  // Loaded only now, so that whoever does not use TensorFlow.js needs none of it.
  const { createTfjsEngine } = await import('./tfjs-engine.js');
  return createTfjsEngine();
}

function warn({ next, reason }: EngineFallback): void {
  console.warn(`@embedllm/trainer: ${reason.message}. Using the slower ${next} engine.`);
}
