import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as inlined from '@embedllm/internals';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Core = typeof import('../src/index.js');

// Two packages that depend on two versions of core make npm install it twice.
const folder = mkdtempSync(join(tmpdir(), 'embedllm-two-copies-'));
const copies: Core[] = [];

beforeAll(async () => {
  const built = fileURLToPath(new URL('../dist', import.meta.url));
  if (!existsSync(join(built, 'index.js'))) throw new Error('Build @embedllm/core first.');
  for (const name of ['first', 'second']) {
    const copy = join(folder, name, 'node_modules', '@embedllm', 'core', 'dist');
    cpSync(built, copy, { recursive: true });
    cpSync(join(built, '..', 'package.json'), join(copy, '..', 'package.json'));
    copies.push(await import(pathToFileURL(join(copy, 'index.js')).href));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('two installed copies of core', () => {
  it('know each other’s matrices and labels', () => {
    const [first, second] = copies as [Core, Core];
    const matrix = new second.Matrix(2, 1);
    const labels = new second.CorrectnessMatrix({ questions: ['a', 'b'], models: ['m'] });
    expect(first.Matrix).not.toBe(second.Matrix);
    expect(matrix).toBeInstanceOf(first.Matrix);
    expect({ rows: 2, cols: 1, data: new Float32Array(2) }).not.toBeInstanceOf(first.Matrix);
    const parts = first.selectPart({ embeddings: matrix, correctness: labels }, [1]);
    expect(parts.embeddings.rows).toBe(1);
    expect(parts.correctness.questions).toEqual(['b']);
  });

  it('know each other’s errors, and tell classes of errors apart', () => {
    const [first, second] = copies as [Core, Core];
    class OwnError extends first.EmbedLLMError {}
    const error = new second.EmbedLLMError('Reading failed.', { code: 'io' });
    const dataError = new second.DataError('Bad.', { file: 'a.csv' });
    expect(error).toBeInstanceOf(first.EmbedLLMError);
    expect(dataError).toBeInstanceOf(first.EmbedLLMError);
    expect(dataError).toBeInstanceOf(first.DataError);
    expect(error).not.toBeInstanceOf(first.DataError);
    expect(error).not.toBeInstanceOf(OwnError);
    expect(new OwnError('x', { code: 'io' })).toBeInstanceOf(second.EmbedLLMError);
    expect(new Error('x')).not.toBeInstanceOf(first.EmbedLLMError);
    expect(undefined).not.toBeInstanceOf(first.EmbedLLMError);
  });

  it('know the errors of helpers that the build of another package has inlined', () => {
    const [first] = copies as [Core, Core];
    expect(first.EmbedLLMError).not.toBe(inlined.EmbedLLMError);
    const error = new inlined.DataError('Bad.', { row: 1, code: 'io' });
    expect(error).toBeInstanceOf(first.DataError);
    expect(error).toBeInstanceOf(first.EmbedLLMError);
    expect(new inlined.EmbedLLMError('x', { code: 'io' })).not.toBeInstanceOf(first.DataError);
  });
});
