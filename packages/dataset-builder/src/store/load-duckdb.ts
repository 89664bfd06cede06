import type * as DuckDB from '@duckdb/node-api';
import { EmbedLLMError } from '@embedllm/core';

export type DuckDBModule = typeof DuckDB;

/** @throws EmbedLLMError `missing-dependency` when DuckDB is not installed or does not load. */
export async function loadDuckDB(): Promise<DuckDBModule> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new EmbedLLMError(
      'The evaluation store needs DuckDB. Install it with: npm install @duckdb/node-api',
      { code: 'missing-dependency', cause },
    );
  }
}
