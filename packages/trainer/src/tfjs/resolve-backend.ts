import { EmbedLLMError } from '@embedllm/core';
import { loadBackend } from './load-backend.js';
import type { BackendKind, TfjsBackend, UnavailableBackend } from './tensorflow.js';

/** How `resolveBackend` chooses. */
export interface ResolveBackendOptions {
  /**
   * Backends to try, best first.
   *
   * @default ['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu']
   */
  readonly prefer?: readonly BackendKind[] | undefined;
  /**
   * Called with each backend that was preferred and cannot be used, and why. The result lists them
   * too.
   */
  readonly onUnavailable?: ((backend: UnavailableBackend) => void) | undefined;
}

const FASTEST_FIRST: readonly BackendKind[] = [
  'tfjs-node-gpu',
  'tfjs-node',
  'webgpu',
  'wasm',
  'cpu',
];

/**
 * Loads the first TensorFlow.js backend of a list that works here. Each is an optional peer
 * dependency, loaded only when its turn comes.
 *
 * @throws EmbedLLMError `missing-dependency` when none works, naming what to install for each;
 * `invalid-argument` when the list is empty or holds an unknown name.
 * @example
 * const backend = await resolveBackend({ prefer: ['tfjs-node-gpu', 'wasm'] });
 * console.log(backend.name, backend.unavailable);
 */
export async function resolveBackend(options: ResolveBackendOptions = {}): Promise<TfjsBackend> {
  const { prefer = FASTEST_FIRST, onUnavailable } = options;
  const unknown = prefer.find((kind) => !FASTEST_FIRST.includes(kind));
  if (prefer.length === 0 || unknown !== undefined) {
    throw new EmbedLLMError(
      `\`prefer\` must list backends from ${FASTEST_FIRST.join(', ')}, but ${
        unknown === undefined ? 'is empty' : `holds ${JSON.stringify(unknown)}`
      }.`,
      { code: 'invalid-argument' },
    );
  }
  const unavailable: UnavailableBackend[] = [];
  for (const kind of prefer) {
    try {
      return { ...(await loadBackend(kind)), unavailable };
    } catch (error) {
      if (!(error instanceof EmbedLLMError) || error.code !== 'missing-dependency') throw error;
      unavailable.push({ kind, reason: error.message });
      onUnavailable?.({ kind, reason: error.message });
    }
  }
  throw new EmbedLLMError(
    `No TensorFlow.js backend works on this machine. ${unavailable
      .map(({ kind, reason }) => `${kind}: ${reason}`)
      .join(' ')}`,
    { code: 'missing-dependency' },
  );
}
