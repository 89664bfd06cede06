import { evaluatePredictions } from '@embedllm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomProblem } from '../direct/random-problem.fixture.js';
import { resolveBackend } from '../tfjs/resolve-backend.js';
import type { TfjsBackend } from '../tfjs/tensorflow.js';
import type { AdamProgress, TrainAdamOptions } from './adam-settings.js';
import { trainAdam } from './train-adam.js';

const sizes = { models: 6, dimensions: 5 };
const train = randomProblem({ seed: 1, questions: 300, ...sizes });
const validation = randomProblem({ seed: 2, questions: 150, ...sizes });
const test = randomProblem({ seed: 3, questions: 300, ...sizes });

let options: TrainAdamOptions & { backend: TfjsBackend };
beforeAll(async () => {
  const backend = await resolveBackend({ prefer: ['wasm'] });
  options = { train, backend, dimensions: 8, batchSize: 64, learningRate: 0.01, epochs: 12 };
});

describe('trainAdam', () => {
  it('learns in both forms, along the same loss curve', async () => {
    const [dense, pairwise] = await Promise.all([
      trainAdam({ ...options, form: 'dense' }),
      trainAdam({ ...options, form: 'pairwise' }),
    ]);
    for (const { model, record } of [dense, pairwise]) {
      const { auroc } = evaluatePredictions(
        model.predictProbabilities(test.embeddings),
        test.correctness,
      );
      expect(auroc).toBeGreaterThan(0.85);
      expect(record).toMatchObject({ solver: 'adam', counts: { questions: 300, models: 6 } });
    }
    dense.history.forEach(({ loss }, index) => {
      expect(Math.abs(loss - pairwise.history[index]!.loss)).toBeLessThan(0.04);
    });
    expect(dense.history.at(-1)!.loss).toBeLessThan(dense.history[0]!.loss - 0.1);
  });

  it('gives the same bits for the same seed, others for another', async () => {
    const [first, second, other] = [
      await trainAdam(options),
      await trainAdam(options),
      await trainAdam({ ...options, seed: 1 }),
    ];
    expect(first.model.modelEmbeddings).toEqual(second.model.modelEmbeddings);
    expect(first.history).toEqual(second.history);
    expect(other.model.modelEmbeddings).not.toEqual(first.model.modelEmbeddings);
  });

  it('resumes from any checkpoint to the same bits', async () => {
    const states: Uint8Array[] = [];
    const whole = await trainAdam({
      ...options,
      validation,
      checkpointEvery: 5,
      onCheckpoint: (state, { epoch }) => {
        expect([5, 10, 12]).toContain(epoch);
        states.push(state.slice());
      },
    });
    expect(states).toHaveLength(3);
    for (const resume of states) {
      const resumed = await trainAdam({ ...options, validation, resume });
      expect(resumed.model.score(test.embeddings)).toEqual(whole.model.score(test.embeddings));
      expect(resumed.history).toEqual(whole.history);
    }
  });

  it('stops early and returns the best epoch, interrupted or not', async () => {
    const states: Uint8Array[] = [];
    const stopping = { ...options, validation, learningRate: 0.1, patience: 3, epochs: 60 };
    const { history, epoch, model } = await trainAdam({
      ...stopping,
      onCheckpoint: (state) => void states.push(state.slice()),
    });
    expect(history.length).toBe(epoch + 3);
    expect(history.length).toBeLessThan(60);
    const losses = history.map((entry) => entry.validationLogLoss!);
    expect(losses[epoch - 1]).toBe(Math.min(...losses));
    const { logLoss } = evaluatePredictions(
      model.predictProbabilities(validation.embeddings),
      validation.correctness,
    );
    expect(logLoss).toBe(losses[epoch - 1]);
    for (const resume of [states[epoch], states.at(-1)]) {
      const resumed = await trainAdam({ ...stopping, resume });
      expect(resumed.epoch).toBe(epoch);
      expect(resumed.model.score(test.embeddings)).toEqual(model.score(test.embeddings));
    }
  });

  it('reports loss and rate', async () => {
    const seen: AdamProgress[] = [];
    const { history } = await trainAdam({
      ...options,
      validation,
      epochs: 2,
      onProgress: (progress) => seen.push(progress),
    });
    const ends = seen.filter(({ step, steps }) => step === steps);
    expect(ends.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(ends[1]).toMatchObject({ epochs: 2, ...history[1] });
    expect(ends[1]!.pairsPerSecond).toBeGreaterThan(0);
  });

  it('stops when aborted, also in the middle of an epoch, and leaves no tensor behind', async () => {
    const { tf } = options.backend;
    const before = tf.memory().numTensors;
    const reason = new Error('enough');
    await expect(trainAdam({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const large = randomProblem({ seed: 1, questions: 20_000, ...sizes });
    setTimeout(() => controller.abort(reason), 50);
    const progress: AdamProgress[] = [];
    const run = trainAdam({
      ...options,
      train: large,
      batchSize: 16,
      epochs: 1000,
      signal: controller.signal,
      onProgress: (report) => progress.push(report),
    });
    await expect(run).rejects.toBe(reason);
    expect(progress.every(({ epoch, step, steps }) => epoch === 1 && step < steps)).toBe(true);
    await trainAdam({ ...options, epochs: 1 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names epoch and tensor when it diverges', async () => {
    const run = trainAdam({ ...options, learningRate: 1e30 });
    await expect(run).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringMatching(
        /diverged in epoch 1, by step \d+ of \d+: (P|text_proj|classifier)\.(weight|bias) has .*learningRate/,
      ),
    });
  });

  it('refuses a state of another training, and bytes that are none', async () => {
    let state: Uint8Array = new Uint8Array();
    const keep = (bytes: Uint8Array): void => {
      state = bytes;
    };
    await trainAdam({ ...options, epochs: 2, onCheckpoint: keep });
    const resume = (changed: Partial<TrainAdamOptions>, bytes = state) =>
      expect(trainAdam({ ...options, resume: bytes, ...changed })).rejects;
    await resume({ learningRate: 0.02 }).toThrow(/different training.*0\.01.*0\.02/);
    await resume({ train: test }).toThrow(/field dataFingerprint/);
    await resume({ validation }).toThrow(/field validationFingerprint/);
    await resume({ epochs: 1 }).toThrow(/has 2 epochs, but only 1/);
    await resume({}, state.subarray(0, state.length - 4)).toThrow();
    await resume({}, new Uint8Array(8)).toThrow();
  });

  it.each<[string, Partial<TrainAdamOptions>, RegExp]>([
    ['no dimension', { dimensions: 0 }, /`dimensions` must be an integer of at least 1, but is 0/],
    ['half an epoch', { epochs: 0.5 }, /`epochs` must be/],
    ['negative noise', { noise: -1 }, /`noise` must be/],
    ['a learning rate of zero', { learningRate: 0 }, /`learningRate` must be a number above 0/],
    ['a NaN decay', { weightDecay: Number.NaN }, /`weightDecay` must be/],
    ['a seed of -1', { seed: -1 }, /`seed` must be/],
    ['patience without validation', { patience: 2 }, /`patience` needs a validation set/],
    [
      'validation of other dimensions',
      { validation: randomProblem({ seed: 1, questions: 9, models: 6, dimensions: 4 }) },
      /4 dimensions, but the training set has 5/,
    ],
  ])('refuses %s', async (_, changed, message) => {
    await expect(trainAdam({ ...options, ...changed })).rejects.toThrow(message);
  });
});
