import { loadPeer } from '../load-peer.js';

/** Loads what only imports need. @throws EmbedLLMError `missing-dependency` without DuckDB. */
export async function loadStore(): Promise<typeof import('@embedllm/dataset-builder/store')> {
  await loadPeer('@duckdb/node-api', 'Importing records', () => import('@duckdb/node-api'));
  return import('@embedllm/dataset-builder/store');
}
