import { checkInteger } from '@embedllm/internals';
import type { EmbeddingStore } from './embedding-store.js';

/** Options of `createMemoryStore`. */
export interface MemoryStoreOptions {
  /**
   * Most vectors kept, 1 or more; beyond it those go first that were used longest ago.
   *
   * @default no limit
   */
  readonly maxVectors?: number | undefined;
}

/**
 * A store for `withCache` that lasts as long as the process.
 *
 * @throws EmbedLLMError `invalid-argument` when `maxVectors` is not a positive integer.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): EmbeddingStore {
  const { maxVectors = Number.POSITIVE_INFINITY } = options;
  if (maxVectors !== Number.POSITIVE_INFINITY) checkInteger('maxVectors', maxVectors, { min: 1 });
  // A Map keeps the order of insertion: the first key is the one used longest ago.
  const vectors = new Map<string, Float32Array>();
  return {
    async get(keys) {
      const found = new Map<string, Float32Array>();
      for (const key of keys) {
        const vector = vectors.get(key);
        if (!vector) continue;
        vectors.delete(key);
        vectors.set(key, vector);
        found.set(key, vector.slice());
      }
      return found;
    },
    async set(entries) {
      for (const [key, vector] of entries) {
        vectors.delete(key);
        vectors.set(key, vector.slice());
        const oldest = vectors.keys().next();
        if (vectors.size > maxVectors && !oldest.done) vectors.delete(oldest.value);
      }
    },
  };
}
