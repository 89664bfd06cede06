import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeArtifact, encodeArtifact, FactorizationModel, Matrix, Random } from '@embedllm/core';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { expect, it } from 'vitest';
import { encoderRecord, fitLsaEncoder, restoreEncoder } from '../src/index.js';

const texts = ['what is one', 'what is two', 'one and two', 'is two one', 'what and what'];

async function makeArtifact() {
  const encoder = await fitLsaEncoder({ texts, dimensions: 3 });
  const random = new Random(1);
  const fill = (rows: number, cols: number) =>
    new Matrix(
      rows,
      cols,
      new Float32Array(rows * cols).map(() => random.normal()),
    );
  const names = ['small', 'large'];
  const model = new FactorizationModel({
    models: names,
    modelEmbeddings: fill(2, 2),
    projection: fill(2, 3),
    projectionBias: new Float32Array(2),
    classifier: fill(2, 2),
    classifierBias: new Float32Array(2),
  });
  const artifact = {
    model,
    models: names.map((name) => ({ name })),
    encoder: encoderRecord(encoder),
    training: {
      solver: 'direct',
      settings: {},
      dataFingerprint: 'none',
      counts: { questions: 5, models: 2, labels: 10 },
    },
    metrics: {},
  };
  return { encoder, artifact };
}

it('an LSA encoder travels in an artifact, through bytes and through a folder', async () => {
  const { encoder, artifact } = await makeArtifact();
  const expected = await encoder.encode(texts);
  const parent = await mkdtemp(join(tmpdir(), 'question-encoder-'));
  try {
    const folder = join(parent, 'artifact');
    await savePretrained(folder, artifact);
    const files = await encodeArtifact(artifact);
    for (const loaded of [
      await fromPretrained(folder),
      await decodeArtifact(files, { source: 'memory' }),
    ]) {
      const restored = await restoreEncoder(loaded.encoder);
      expect(restored.fingerprint).toBe(encoder.fingerprint);
      expect((await restored.encode(texts)).data).toEqual(expected.data);
    }
  } finally {
    await rm(parent, { recursive: true });
  }
});
