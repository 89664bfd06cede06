import type { Artifact } from '../src/artifact/artifact.js';
import { Matrix } from '../src/matrix/matrix.js';
import { FactorizationModel } from '../src/model/factorization-model.js';
import { Random } from '../src/random/random.js';

/** A matrix of standard normal numbers. */
export function randomMatrix(rows: number, cols: number, seed: number): Matrix {
  const random = new Random(seed);
  return new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}

/** A small artifact with every part filled in; another seed gives other numbers and texts. */
export function sampleArtifact(seed = 1): Artifact {
  const models = [`gpt-${seed}`, 'org/llama-3 "8B"', 'mistral-7b'];
  return {
    model: new FactorizationModel({
      models,
      modelEmbeddings: randomMatrix(3, 4, seed),
      projection: randomMatrix(4, 6, seed + 1),
      projectionBias: randomMatrix(1, 4, seed + 2).data,
      classifier: randomMatrix(2, 4, seed + 3),
      classifierBias: randomMatrix(1, 2, seed + 4).data,
    }),
    models: [
      { name: `gpt-${seed}`, family: 'gpt', pricePerMillionOutputTokens: 2.5 },
      { name: 'org/llama-3 "8B"', parametersBillion: 8, metadata: { tags: ['open', 'ü'] } },
      { name: 'mistral-7b' },
    ],
    encoder: {
      id: 'lsa',
      fingerprint: `lsa:${seed}`,
      dimensions: 6,
      settings: { ngrams: [1, 2], sublinear: true, nested: { b: 1, a: null } },
      files: new Map([
        ['components.safetensors', Uint8Array.from({ length: 40 }, (_, k) => (k * seed) & 255)],
        ['vocabulary.json', new TextEncoder().encode('{"word":0}')],
        ['empty.bin', new Uint8Array()],
      ]),
    },
    training: {
      solver: 'direct',
      settings: { dimensions: 4, ridge: 0.001 },
      dataFingerprint: 'sha256:0123',
      counts: { questions: 100, models: 3, labels: 290 },
    },
    calibration: { method: 'temperature', models, scales: [0.5, seed, 2], pooledScale: 1 },
    metrics: { 'test.auroc': 0.8050001, 'test.accuracy': 0.775, 'test.labels': 290 + seed },
  };
}

/** The 32-bit patterns of a matrix, for comparisons that tell -0 from 0. */
export function bitsOf(matrix: Matrix): Uint32Array {
  return new Uint32Array(matrix.data.slice().buffer);
}
