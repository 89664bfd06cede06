import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Matrix } from '@embedllm/core';
import { assertClose, type Check } from './check.js';

const TEXTS = ['What is 2 + 2?', 'What is 3 + 4?', 'Who wrote Faust?', 'Who wrote Emma?'];

/** Encoders, the store, drawings and the gateway. */
export const PACKAGE_CHECKS: readonly Check[] = [
  {
    name: 'lsa',
    purpose: 'question encoder, no download',
    remedy: 'Reinstall @embedllm/question-encoder, which includes it.',
    run: async (signal) => {
      const { fitLsaEncoder } = await import('@embedllm/question-encoder');
      const encoder = await fitLsaEncoder({ texts: TEXTS, signal });
      assertUnitRows(await encoder.encode(TEXTS, { signal }));
      return `${encoder.dimensions} dimensions of four questions`;
    },
  },
  {
    name: 'hashing',
    purpose: 'question encoder, no fitting',
    remedy: 'Reinstall @embedllm/question-encoder, which includes it.',
    run: async (signal) => {
      const { createHashingEncoder } = await import('@embedllm/question-encoder');
      assertUnitRows(await createHashingEncoder().encode(TEXTS, { signal }));
      return 'unit vectors';
    },
  },
  {
    name: 'transformers',
    purpose: 'question encoder from any sentence-embedding model',
    remedy: 'npm install @huggingface/transformers',
    run: async () => {
      const { Tensor, env, matmul } = await import('@huggingface/transformers');
      const a = new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]);
      const b = new Tensor('float32', Float32Array.of(5, 6), [2, 1]);
      const product = await matmul(a, b);
      assertClose(Array.from(product.data, Number), [17, 39]);
      return `transformers.js ${env.version}; models come from the hub or a folder`;
    },
  },
  {
    name: 'duckdb',
    purpose: 'stores, custom tables, Parquet',
    remedy: 'npm install @duckdb/node-api',
    run: async () => {
      const { openEvaluationStore } = await import('@embedllm/dataset-builder/store');
      const folder = await mkdtemp(join(tmpdir(), 'embedllm-doctor-'));
      try {
        const store = await openEvaluationStore(join(folder, 'store.duckdb'));
        const [row] = await store.query('SELECT version() AS version, 6 * 7 AS answer');
        store.close();
        assertClose([Number(row?.answer)], [42]);
        return `DuckDB ${String(row?.version)}`;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
  {
    name: 'plot',
    purpose: 'plots of the probes and the report',
    remedy: 'npm install @observablehq/plot linkedom',
    run: async () => {
      const { plotMap } = await import('@embedllm/probes/plot');
      const svg = await plotMap({
        points: [
          { name: 'first', x: 0, y: 0 },
          { name: 'second', x: 1, y: 1 },
        ],
      });
      if (!svg.includes('<svg') || !svg.includes('second')) throw new Error('It draws nothing.');
      return `an SVG of ${svg.length} characters`;
    },
  },
  {
    name: 'umap',
    purpose: 'probe map --method umap',
    remedy: 'npm install umap-js',
    run: async (signal) => {
      const { umapMap } = await import('@embedllm/probes');
      const rows = Array.from({ length: 8 }, (_, index) => [index % 4, index >> 2, index % 3]);
      const points = await umapMap({
        embeddings: Matrix.fromRows(rows),
        names: rows.map((_, index) => `model ${index}`),
        neighbours: 3,
        epochs: 10,
        seed: 0,
        signal,
      });
      if (!points.every(({ x, y }) => Number.isFinite(x + y))) throw new Error('It gives NaN.');
      return `a map of ${points.length} points`;
    },
  },
  {
    name: 'gateway',
    purpose: 'serve',
    remedy: 'Reinstall @embedllm/gateway, which includes it.',
    run: async (signal) => {
      const { createGateway, parseGatewayConfiguration } = await import('@embedllm/gateway');
      await import('@embedllm/gateway/node');
      const configuration = parseGatewayConfiguration(
        {
          upstreams: { local: { baseURL: 'http://127.0.0.1:9/v1' } },
          models: { model: { upstream: 'local' } },
        },
        { environment: {} },
      );
      const gateway = createGateway({ configuration });
      const answer = await gateway.fetch(new Request('http://localhost/healthz', { signal }));
      if (answer.status !== 200) throw new Error(`/healthz answers ${answer.status}.`);
      return '/healthz answers 200';
    },
  },
];

function assertUnitRows(vectors: Matrix): void {
  const lengths = Array.from({ length: vectors.rows }, (_, index) =>
    Math.hypot(...vectors.row(index)),
  );
  assertClose(
    lengths,
    TEXTS.map(() => 1),
  );
}
