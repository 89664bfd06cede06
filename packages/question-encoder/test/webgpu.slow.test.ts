import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readNpy } from '@embedllm/core';
import { findSwiftShader } from '@embedllm/internals/testing';
import { expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'webgpu-encoding.ts');
const golden = (name: string) => readFileSync(join(import.meta.dirname, 'golden', name));
const env = findSwiftShader();

it.skipIf(env === undefined)(
  'all-MiniLM-L6-v2 on WebGPU gives the vectors that were computed independently',
  async () => {
    const texts: readonly string[] = JSON.parse(golden('minilm-texts.json').toString()).slice(0, 3);
    const truth = readNpy(golden('minilm-vectors.npy'));
    const argv = ['--import', 'tsx', SCRIPT, JSON.stringify(texts)];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { env });
    const vectors: number[][] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(vectors).toHaveLength(3);
    vectors.forEach((vector, row) => {
      const differences = vector.map((value, i) => Math.abs(value - (truth.row(row)[i] ?? 9)));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
    });
  },
  180_000,
);
