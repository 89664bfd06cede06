import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Matrix, readSafetensors, writeSafetensors } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { readPublishedCheckpoint, toPublishedTensors } from './published-checkpoint.js';

const GOLDEN = join(import.meta.dirname, '../../test/golden');
const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(join(GOLDEN, name)));
const models = ['a', 'b', 'c'];
const rowsOf = (matrix: Matrix): number[][] =>
  Array.from({ length: matrix.rows }, (_, row) => [...matrix.row(row)]);

describe('readPublishedCheckpoint', () => {
  it('reads what PyTorch saved, with the scores that PyTorch gives', async () => {
    const expected = JSON.parse(readFileSync(join(GOLDEN, 'golden.json'), 'utf8'));
    const model = await readPublishedCheckpoint(golden('state-dict.pth'), { models });
    expect(rowsOf(model.modelEmbeddings).flat()).toEqual(expected.before['P.weight']);
    const { Q, D } = expected.sizes;
    const scores = model.score(new Matrix(Q, D, Float32Array.from(expected.x)));
    scores.data.forEach((score, index) => {
      expect(score).toBeCloseTo(expected.scores[index], 5);
    });
  });

  it('reads back what is written under the published names', async () => {
    const model = await readPublishedCheckpoint(golden('state-dict.pth'), { models });
    const bytes = writeSafetensors(toPublishedTensors(model));
    expect([...readSafetensors(bytes).tensors.keys()].sort()).toEqual([
      'P.weight',
      'classifier.bias',
      'classifier.weight',
      'text_proj.bias',
      'text_proj.weight',
    ]);
    expect(readSafetensors(bytes).tensors.get('text_proj.bias')?.shape).toEqual([5]);
    const again = await readPublishedCheckpoint(bytes, { models });
    expect(again.modelEmbeddings).toEqual(model.modelEmbeddings);
    expect(again.classifierBias).toEqual(model.classifierBias);
  });

  it('says what is wrong with a checkpoint of something else', async () => {
    const read = (bytes: Uint8Array) =>
      expect(readPublishedCheckpoint(bytes, { models, file: 'x.pth' })).rejects;
    await read(golden('slice.pth')).toThrow(/x\.pth: The file contains a single tensor/);
    await read(golden('integers.pth')).toThrow(/field P\.weight: The checkpoint has no such/);
    const model = await readPublishedCheckpoint(golden('state-dict.pth'), { models });
    const tensors = toPublishedTensors(model);
    tensors.set('encoder.weight', { dtype: 'F32', shape: [1], data: Float32Array.of(1) });
    await read(writeSafetensors(tensors)).toThrow(/field encoder\.weight: .*no such tensor/);
    await expect(
      readPublishedCheckpoint(golden('state-dict.pth'), { models: ['a', 'b'] }),
    ).rejects.toThrow(/P\.weight must have the shape .*, but has \[3, 5\]/);
  });
});
