import { type Artifact, FactorizationModel, Matrix } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import type { ExplorerData } from '../../explorer-data.js';
import { readExplorerData } from './read-explorer-data.js';

const axes = new Matrix(2, 2, Float32Array.of(1, 0, 0, 1));
const artifact: Artifact = {
  model: new FactorizationModel({
    models: ['a', 'b'],
    modelEmbeddings: axes,
    projection: axes,
    projectionBias: new Float32Array(2),
    classifier: axes,
    classifierBias: new Float32Array(2),
  }),
  models: [{ name: 'a' }, { name: 'b' }],
  encoder: { id: 'custom', fingerprint: 'custom', dimensions: 2 },
  training: {
    solver: 'direct',
    settings: {},
    dataFingerprint: 'sha256:1',
    counts: { questions: 1, models: 2, labels: 2 },
  },
  metrics: {},
};
const line = {
  benchmark: 'law',
  questions: 4,
  accuracy: 0.5,
  lower: 0.2,
  upper: 0.8,
  answers: 9,
  observed: null,
};
const data: ExplorerData = {
  formatVersion: 1,
  models: ['a', 'b'],
  provenance: {
    data: 'somewhere',
    split: 'as given',
    questions: { train: 8, validation: 1, test: 1 },
    dataFingerprint: 'sha256:1',
    labels: 20,
    seed: 0,
  },
  costQuality: {
    priced: [0, 1],
    questions: 4,
    points: [
      {
        lambda: 0,
        costUsd: 0.001,
        quality: 0.9,
        shares: [0.5, 0.5],
        againstBest: { questions: 4, mean: 0.1, lower: -0.2, upper: 0.4, costShare: 0.5 },
      },
    ],
    singles: [{ model: 1, questions: 4, costUsd: 0.002, quality: 0.8 }],
    bestSingle: 1,
  },
  forecasts: { abilities: 1, confidence: 0.95, inside: 1, compared: 1, models: [[line], [line]] },
  examples: [{ benchmark: 'law', prompt: 'Who?', labels: [1, null] }],
};
const read = (value: unknown): ExplorerData =>
  readExplorerData(JSON.stringify(value), 'explorer.json', artifact);

describe('readExplorerData', () => {
  it('gives back what was written', () => {
    expect(read(data)).toEqual(data);
    expect(read({ ...data, costQuality: null }).costQuality).toBeNull();
  });

  it('refuses text that is not JSON', () => {
    expect(() => readExplorerData('{"models": [', 'explorer.json', artifact)).toThrow(
      /^explorer\.json: This is not JSON/,
    );
  });

  it('refuses figures of other models and of other training data', () => {
    expect(() => read({ ...data, models: ['b', 'a'] })).toThrow(/field models: .*different runs/);
    const provenance = { ...data.provenance, dataFingerprint: 'sha256:2' };
    expect(() => read({ ...data, provenance })).toThrow(/provenance\.dataFingerprint/);
  });

  const change = (path: readonly (string | number)[], value: unknown): unknown => {
    const copy: unknown = JSON.parse(JSON.stringify(data));
    let target: unknown = copy;
    for (const step of path.slice(0, -1)) target = Reflect.get(Object(target), step);
    Reflect.set(Object(target), path.at(-1) ?? '', value);
    return copy;
  };

  it.each<[(string | number)[], unknown, RegExp]>([
    [['formatVersion'], 2, /field formatVersion: Must be 1, but is 2/],
    [['models'], 'a', /field models: Must be a list, but is "a"/],
    [['provenance', 'labels'], -1, /field provenance\.labels/],
    [['costQuality'], 7, /field costQuality: Must be an object, but is 7/],
    [['costQuality', 'points'], [], /costQuality\.points: Must be a list with a point/],
    [['costQuality', 'points', 0, 'quality'], 1.2, /costQuality\.points\[0\]\.quality/],
    [['costQuality', 'points', 0, 'shares'], [1], /shares: Must be a list of 2 values/],
    [['costQuality', 'points', 0, 'shares'], [1, 'x'], /shares\[1\]: Must be a share/],
    [['costQuality', 'points', 0, 'againstBest', 'mean'], 'x', /againstBest\.mean/],
    [['costQuality', 'singles', 0, 'model'], 2, /singles\[0\]\.model/],
    [['costQuality', 'bestSingle'], 0.5, /bestSingle: Must be an integer/],
    [['costQuality', 'priced'], [9], /priced\[0\]: Must be the index of a model/],
    [['forecasts', 'models'], [[line]], /forecasts: Must be forecasts of 2 models/],
    [['forecasts', 'models', 1, 0, 'upper'], null, /forecasts\.models\[1\]\[0\]\.upper/],
    [['examples', 0, 'prompt'], '', /examples\[0\]\.prompt/],
    [['examples', 0, 'labels'], [2, 0], /labels\[0\]: Must be 0, 1 or null, but is 2/],
  ])('names %j when it is wrong', (path, value, message) => {
    expect(() => read(change(path, value))).toThrow(message);
  });
});
