import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Matrix, MISSING } from '@embedllm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomProblem } from '../direct/random-problem.fixture.js';
import { resolveBackend } from '../tfjs/resolve-backend.js';
import type { TfjsBackend } from '../tfjs/tensorflow.js';
import { type AdamForm, checkAdamSettings } from './adam-settings.js';
import { type AdamState, adamUpdate } from './adam-update.js';
import { type Batch, createBatchSource } from './batches.js';
import { lossGradient } from './loss-gradient.js';
import { initialParameters, type ParameterName, parameterSlices } from './parameters.js';

const sizes = { models: 4, questionDimensions: 3, dimensions: 5 };
const train = randomProblem({ seed: 4, questions: 24, models: 4, dimensions: 3, missing: 0.4 });
const parameters = initialParameters(sizes, 3);

let backend: TfjsBackend;
beforeAll(async () => {
  backend = await resolveBackend({ prefer: ['wasm'] });
});

function batchesOf(form: AdamForm, options: { batchSize: number; noise?: number }): Batch[] {
  const settings = checkAdamSettings({ train, form, noise: 0, ...options });
  return [...createBatchSource(train, settings).epoch(1)];
}

function evaluate(batch: Batch, at: Float32Array): { loss: number; gradient: Float32Array } {
  const { tf } = backend;
  const point = tf.tensor1d(at);
  const result = lossGradient(tf, point, batch, sizes);
  const values = {
    loss: result.loss.dataSync()[0]!,
    gradient: Float32Array.from(result.gradient.dataSync()),
  };
  tf.dispose([point, result.loss, result.gradient]);
  return values;
}

/** Mean over batches, weighted by `weight`. */
function mean(batches: Batch[], weight: (batch: Batch) => number): number[] {
  const total = batches.reduce((sum, batch) => sum + weight(batch), 0);
  const gradients = batches.map((batch) => evaluate(batch, parameters).gradient);
  return Array.from(parameters, (_, index) =>
    batches.reduce((sum, batch, b) => sum + (weight(batch) / total) * gradients[b]![index]!, 0),
  );
}

describe('lossGradient', () => {
  it.each(['dense', 'pairwise'] as const)(
    'of the %s form is confirmed by finite differences',
    (form) => {
      const [batch] = batchesOf(form, { batchSize: 30, noise: 0.1 }) as [Batch];
      const { gradient } = evaluate(batch, parameters);
      const largest = Math.max(...gradient.map(Math.abs));
      for (let index = 0; index < parameters.length; index++) {
        const at = (delta: number): number => {
          const moved = parameters.slice();
          moved[index]! += delta;
          return evaluate(batch, moved).loss;
        };
        const slope = (at(0.02) - at(-0.02)) / 0.04;
        expect(Math.abs(gradient[index]! - slope) / largest, `parameter ${index}`).toBeLessThan(
          2e-3,
        );
      }
    },
  );

  it('is the same for both forms over all labels', () => {
    const [dense, ...others] = batchesOf('dense', { batchSize: 1000 }) as [Batch];
    const [pairwise] = batchesOf('pairwise', { batchSize: 1000 }) as [Batch];
    expect(others).toHaveLength(0);
    const [a, b] = [evaluate(dense, parameters), evaluate(pairwise, parameters)];
    expect(a.loss).toBeCloseTo(b.loss, 5);
    a.gradient.forEach((value, index) => {
      expect(value).toBeCloseTo(b.gradient[index]!, 5);
    });
  });

  it('has the same expectation for both forms in small batches, labels missing or not', () => {
    const dense = batchesOf('dense', { batchSize: 7 });
    const pairwise = batchesOf('pairwise', { batchSize: 7 });
    expect(dense.length).toBeGreaterThan(5);
    // Tiles differ in their number of labels, which must not matter: each question weighs alike.
    expect(new Set(dense.map((batch) => batch.pairs)).size).toBeGreaterThan(1);
    const a = mean(dense, (batch) => batch.rows);
    const b = mean(pairwise, (batch) => batch.rows);
    a.forEach((value, index) => {
      expect(value).toBeCloseTo(b[index]!, 5);
    });
  });

  it('visits every label once an epoch, in an order that depends on seed and epoch', () => {
    const settings = checkAdamSettings({ train, form: 'pairwise', batchSize: 10, noise: 0 });
    const source = createBatchSource(train, settings);
    const labelsOf = (epoch: number): number[] =>
      [...source.epoch(epoch)].flatMap((batch) => [...batch.embeddings]);
    expect(labelsOf(1)).toEqual(labelsOf(1));
    expect(labelsOf(1)).not.toEqual(labelsOf(2));
    expect(labelsOf(1).sort()).toEqual(labelsOf(2).sort());
    const observed = train.correctness.labels.filter((label) => label !== MISSING).length;
    expect([...source.epoch(1)].reduce((sum, batch) => sum + batch.pairs, 0)).toBe(observed);
  });

  it('adds noise of the scale that was asked for', () => {
    const clean = batchesOf('dense', { batchSize: 1000 })[0]!.embeddings;
    const noisy = batchesOf('dense', { batchSize: 1000, noise: 0.3 })[0]!.embeddings;
    const square = clean.reduce((sum, value, index) => sum + (noisy[index]! - value) ** 2, 0);
    expect(Math.sqrt(square / clean.length)).toBeGreaterThan(0.22);
    expect(Math.sqrt(square / clean.length)).toBeLessThan(0.38);
  });
});

interface Golden {
  sizes: { M: number; D: number; d: number; Q: number };
  x: number[];
  pairs: [number, number, 0 | 1][];
  before: Record<ParameterName, number[]>;
  after: Record<ParameterName, number[]>;
  losses: number[];
}

// Three steps that PyTorch took: test/golden/make-golden.py.
describe('adamUpdate', () => {
  it.each(['dense', 'pairwise'] as const)('takes the steps of PyTorch in the %s form', (form) => {
    const golden: Golden = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../test/golden/golden.json'), 'utf8'),
    );
    const { M, D, d, Q } = golden.sizes;
    const goldenSizes = { models: M, questionDimensions: D, dimensions: d };
    const flat = (tensors: Record<ParameterName, number[]>): Float32Array =>
      Float32Array.from(parameterSlices(goldenSizes).flatMap(({ name }) => tensors[name]));
    const { correctness } = randomProblem({ seed: 1, questions: Q, models: M, dimensions: 1 });
    const labels = correctness.labels.fill(MISSING);
    for (const [question, model, label] of golden.pairs) labels[question * M + model] = label;
    const set = { embeddings: new Matrix(Q, D, Float32Array.from(golden.x)), correctness };
    const settings = checkAdamSettings({ train: set, form, noise: 0, batchSize: 1000 });
    const [batch] = [...createBatchSource(set, settings).epoch(1)] as [Batch];

    const { tf } = backend;
    const start = flat(golden.before);
    const zeros = () => tf.zeros<import('@tensorflow/tfjs-core').Rank.R1>([start.length]);
    let state: AdamState = { parameters: tf.tensor1d(start), first: zeros(), second: zeros() };
    for (let step = 1; step <= 3; step++) {
      const { loss, gradient } = lossGradient(tf, state.parameters, batch, goldenSizes);
      expect(loss.dataSync()[0]).toBeCloseTo(golden.losses[step - 1]!, 5);
      state = adamUpdate(tf, state, gradient, { step, learningRate: 0.01, weightDecay: 0.1 });
      tf.dispose([loss, gradient]);
    }
    const after = flat(golden.after);
    state.parameters.dataSync().forEach((value, index) => {
      expect(value).toBeCloseTo(after[index]!, 5);
    });
    tf.dispose([state.parameters, state.first, state.second]);
  });
});

describe('initialParameters', () => {
  it('have the spread of PyTorch’s initial layers', () => {
    const large = { models: 50, questionDimensions: 64, dimensions: 40 };
    const values = initialParameters(large, 1);
    const spread = (name: ParameterName): [number, number] => {
      const { start, length } = parameterSlices(large).find((slice) => slice.name === name)!;
      const part = values.subarray(start, start + length);
      const square = part.reduce((sum, value) => sum + value * value, 0) / length;
      return [Math.sqrt(square), Math.max(...part.map(Math.abs))];
    };
    expect(spread('P.weight')[0]).toBeCloseTo(1, 1);
    expect(spread('text_proj.weight')[0]).toBeCloseTo(1 / 8 / Math.sqrt(3), 2);
    expect(spread('text_proj.weight')[1]).toBeLessThanOrEqual(1 / 8);
    expect(spread('classifier.weight')[1]).toBeLessThanOrEqual(1 / Math.sqrt(40));
    expect(spread('text_proj.bias')[0]).toBeGreaterThan(0);
    expect(initialParameters(large, 2)).not.toEqual(values);
  });
});

describe('seeds', () => {
  it('give streams that do not repeat from epoch to epoch', () => {
    const firsts = Array.from({ length: 50 }, (_, epoch) => {
      const settings = checkAdamSettings({ train, batchSize: 5, noise: 1 });
      return createBatchSource(train, settings).epoch(epoch).next().value?.embeddings[0];
    });
    expect(new Set(firsts).size).toBe(50);
  });
});
