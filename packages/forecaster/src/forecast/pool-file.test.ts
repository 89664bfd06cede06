import { readSafetensors, writeSafetensors } from '@embedllm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { forecastBenchmarks } from './forecast-benchmarks.js';
import { type PoolFixture, poolFixture } from './pool.fixture.js';
import { restoreItemResponsePool, serializeItemResponsePool } from './pool-file.js';

let fixture: PoolFixture;
let bytes: Uint8Array;
beforeAll(async () => {
  fixture = await poolFixture();
  bytes = serializeItemResponsePool(fixture.pool);
});

/** The file with other tensors or metadata. */
function altered(change: (file: ReturnType<typeof readSafetensors>) => void): Uint8Array {
  const file = readSafetensors(bytes);
  const copy = { tensors: new Map(file.tensors), metadata: { ...file.metadata } };
  change(copy);
  return writeSafetensors(copy.tensors, copy.metadata);
}

describe('a pool as a file', () => {
  it('forecasts bit by bit what the fitted pool forecasts', () => {
    const [model = ''] = fixture.newModels;
    const responses = fixture.respond(model, [0, 41, 85, 130, 222]);
    const restored = restoreItemResponsePool(bytes);
    expect(forecastBenchmarks({ pool: restored, responses })).toEqual(
      forecastBenchmarks({ pool: fixture.pool, responses }),
    );
    expect(serializeItemResponsePool(restored)).toEqual(bytes);
  });

  it('is refused when it is cut off, of another kind, or of a later version', () => {
    expect(() => restoreItemResponsePool(bytes.subarray(0, bytes.length - 8))).toThrow(/truncated/);
    expect(() =>
      restoreItemResponsePool(writeSafetensors([]), { file: 'pool.safetensors' }),
    ).toThrow('pool.safetensors: The file is not a forecaster pool.');
    const later = altered(({ metadata }) => {
      metadata.version = '2';
    });
    expect(() => restoreItemResponsePool(later)).toThrow(/version 2.*Update @embedllm\/forecaster/);
  });

  it('is refused with the name of the tensor that is missing, misshapen or out of range', () => {
    const without = altered(({ tensors }) => tensors.delete('item_means'));
    expect(() => restoreItemResponsePool(without)).toThrow(/item_means: The tensor is missing/);
    const flat = altered(({ tensors }) => {
      tensors.set('abilities', { dtype: 'F64', shape: [1], data: new Float64Array(1) });
    });
    expect(() => restoreItemResponsePool(flat)).toThrow(/abilities: .*shape \[24, 2\].*\[1\]/);
    const unbounded = altered(({ tensors }) => {
      tensors.set('prior_mean', { dtype: 'F64', shape: [2], data: Float64Array.of(0, Number.NaN) });
    });
    expect(() => restoreItemResponsePool(unbounded)).toThrow(
      /prior_mean: The value NaN at index 1/,
    );
    const elsewhere = altered(({ tensors }) => {
      const data = new Int32Array(fixture.questions.length).fill(99);
      tensors.set('benchmark_of', { dtype: 'I32', shape: [data.length], data });
    });
    expect(() => restoreItemResponsePool(elsewhere)).toThrow(
      /benchmark_of: The value 99 at index 0/,
    );
    const twice = altered(({ metadata }) => {
      metadata.models = JSON.stringify(Array(24).fill('a'));
    });
    expect(() => restoreItemResponsePool(twice)).toThrow(/models: .*distinct names/);
  });
});
