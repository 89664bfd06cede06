import { Matrix, MISSING, Random } from '@embedllm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveBackend } from '../tfjs/resolve-backend.js';
import type { Engine } from './engine.js';
import { createOnnxRuntimeEngine } from './onnxruntime-engine.js';
import { type EngineFallback, resolveEngine } from './resolve-engine.js';
import { createTfjsEngine } from './tfjs-engine.js';
import { createTypeScriptEngine } from './typescript-engine.js';

const random = new Random(5);
const randomMatrix = (rows: number, cols: number): Matrix =>
  new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
const SHAPES = [
  [1, 1, 1],
  [7, 3, 2],
  [65, 33, 12],
  [130, 8, 1],
] as const;

const engines: Engine[] = [];
beforeAll(async () => {
  engines.push(createTypeScriptEngine(), await createOnnxRuntimeEngine({ threads: 2 }));
  for (const kind of ['wasm', 'cpu'] as const) {
    engines.push(await createTfjsEngine({ backend: await resolveBackend({ prefer: [kind] }) }));
  }
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()));
});

/** Runs the same call on every engine and compares each result with the slow obvious one. */
async function expectAll(
  run: (engine: Engine) => Promise<ArrayLike<number>>,
  expected: readonly number[],
): Promise<void> {
  expect(engines).toHaveLength(4);
  for (const engine of engines) {
    const actual = Array.from(await run(engine));
    expect(actual).toHaveLength(expected.length);
    actual.forEach((value, index) => {
      const scale = Math.max(1, Math.abs(expected[index]!));
      expect(Math.abs(value - expected[index]!) / scale, engine.name).toBeLessThan(2e-5);
    });
  }
}

describe('engines', () => {
  it.each(SHAPES)('agree on the Gram matrix of [%i, %i]', async (q, D) => {
    const x = randomMatrix(q, D);
    const expected: number[] = [];
    for (let i = 0; i < D; i++) {
      for (let j = 0; j < D; j++) {
        let sum = 0;
        for (let row = 0; row < q; row++) sum += x.at(row, i) * x.at(row, j);
        expected.push(sum);
      }
    }
    await expectAll(async (engine) => (await engine.gram(x)).data, expected);
  });

  it.each(SHAPES)('agree on products of [%i, %i] with %i rows', async (n, k, m) => {
    const a = randomMatrix(n, k);
    const b = randomMatrix(m, k);
    const expected: number[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let c = 0; c < k; c++) sum += a.at(i, c) * b.at(j, c);
        expected.push(sum);
      }
    }
    await expectAll(async (engine) => (await engine.multiplyTransposed(a, b)).data, expected);
  });

  it.each(SHAPES)('agree on loss and gradient of %i questions, D = %i, M = %i', async (q, D, M) => {
    const embeddings = randomMatrix(q, D);
    const weights = randomMatrix(M, D);
    const bias = Float32Array.from({ length: M }, () => random.normal());
    const labels = Uint8Array.from({ length: q * M }, () => random.pick([0, 1, MISSING]));
    const gradient = new Array<number>(M * D).fill(0);
    const biasGradient = new Array<number>(M).fill(0);
    let loss = 0;
    for (let i = 0; i < q; i++) {
      for (let m = 0; m < M; m++) {
        const label = labels[i * M + m]!;
        if (label === MISSING) continue;
        let z = bias[m]!;
        for (let j = 0; j < D; j++) z += embeddings.at(i, j) * weights.at(m, j);
        const p = 1 / (1 + Math.exp(-z));
        loss -= Math.log(label === 1 ? p : 1 - p);
        biasGradient[m]! += p - label;
        for (let j = 0; j < D; j++) gradient[m * D + j]! += (p - label) * embeddings.at(i, j);
      }
    }
    await expectAll(
      async (engine) => {
        const result = await engine.logisticGradient({ embeddings, labels }, { weights, bias });
        return [...result.weights.data, ...result.bias, result.loss];
      },
      [...gradient, ...biasGradient, loss],
    );
  });

  it('give finite losses where a sigmoid saturates', async () => {
    const questions = {
      embeddings: new Matrix(1, 1, Float32Array.of(1)),
      labels: Uint8Array.of(0),
    };
    const parameters = {
      weights: new Matrix(1, 1, Float32Array.of(200)),
      bias: Float32Array.of(0),
    };
    await expectAll(
      async (engine) => {
        const result = await engine.logisticGradient(questions, parameters);
        return [...result.weights.data, ...result.bias, result.loss];
      },
      [1, 1, 200],
    );
  });

  it('have a gradient that finite differences of the loss confirm', async () => {
    const embeddings = randomMatrix(20, 3);
    const labels = Uint8Array.from({ length: 40 }, () => random.pick([0, 1, MISSING]));
    const weights = randomMatrix(2, 3);
    const bias = Float32Array.of(0.1, -0.2);
    const engine = createTypeScriptEngine();
    const at = async (index: number, delta: number): Promise<number> => {
      const moved = new Matrix(2, 3, weights.data.slice());
      moved.data[index]! += delta;
      const set = { embeddings, labels };
      return (await engine.logisticGradient(set, { weights: moved, bias })).loss;
    };
    const { weights: gradient } = await engine.logisticGradient(
      { embeddings, labels },
      { weights, bias },
    );
    for (let index = 0; index < 6; index++) {
      const slope = ((await at(index, 0.01)) - (await at(index, -0.01))) / 0.02;
      expect(gradient.data[index]).toBeCloseTo(slope, 2);
    }
  });
});

describe('resolveEngine', () => {
  it('takes onnxruntime where it is installed', async () => {
    const engine = await resolveEngine({ threads: 1 });
    expect(engine.name).toBe('onnxruntime (1 thread)');
    await engine.dispose();
  });

  it('takes the first of the list', async () => {
    const announcements: EngineFallback[] = [];
    const engine = await resolveEngine({
      prefer: ['typescript', 'onnxruntime'],
      onFallback: (announcement) => announcements.push(announcement),
    });
    expect(engine.name).toBe('typescript (1 thread)');
    expect(announcements).toEqual([]);
  });

  it('loads TensorFlow.js when asked to', async () => {
    const engine = await resolveEngine({ prefer: ['tfjs'] });
    expect(engine.name).toMatch(/^tfjs wasm 4/);
  });

  it('refuses an empty list and a bad number of threads', async () => {
    await expect(resolveEngine({ prefer: [] })).rejects.toThrow(/empty/);
    await expect(resolveEngine({ threads: 0 })).rejects.toThrow(/threads` must be/);
  });
});
