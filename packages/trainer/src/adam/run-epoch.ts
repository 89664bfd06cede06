import { EmbedLLMError } from '@embedllm/core';
import { nextTurn } from '@embedllm/internals';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TfjsBackend } from '../tfjs/tensorflow.js';
import { adamProgress } from './adam-progress.js';
import type { TrainAdamOptions } from './adam-settings.js';
import { type AdamState, adamUpdate } from './adam-update.js';
import type { BatchSource } from './batches.js';
import { lossGradient } from './loss-gradient.js';
import { findNonFinite } from './parameters.js';
import type { TrainingState } from './training-state.js';

/** What `runEpoch` takes. */
export interface EpochTask {
  readonly backend: TfjsBackend;
  readonly batches: BatchSource;
  readonly state: TrainingState;
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  readonly options: Pick<TrainAdamOptions, 'signal' | 'onProgress'>;
}

/** Where an epoch ends. */
export type EpochResult = Pick<TrainingState, 'parameters' | 'first' | 'second' | 'steps'> & {
  /** Mean over the pairs. */
  readonly loss: number;
  readonly pairsPerSecond: number;
};

/** Time between looks at the signal and at the loss. */
const REPORT_INTERVAL_MS = 500;

/**
 * Runs all steps of an epoch. Tensors stay on the backend; the running loss is read about twice a
 * second, the parameters at the end.
 *
 * @throws EmbedLLMError `not-finite` when the loss or a parameter is; the signal's reason.
 */
export async function runEpoch(task: EpochTask): Promise<EpochResult> {
  const { backend, batches, state, epoch, epochs, options } = task;
  const { tf } = backend;
  const { learningRate, weightDecay } = state.settings;
  await backend.activate();
  const upload = (values: Float32Array) => tf.tensor1d(values, 'float32');
  let adam: AdamState = {
    parameters: upload(state.parameters),
    first: upload(state.first),
    second: upload(state.second),
  };
  let lossSum: Tensor = tf.scalar(0);
  let pairs = 0;
  let steps = state.steps;
  const started = performance.now();
  let reported = started;
  const pairsPerSecond = (): number => (1000 * pairs) / (performance.now() - started);
  try {
    for (const batch of batches.epoch(epoch)) {
      steps++;
      const { loss, gradient } = lossGradient(tf, adam.parameters, batch, state.sizes);
      adam = adamUpdate(tf, adam, gradient, { step: steps, learningRate, weightDecay });
      // The scale undone: the sum of the batch's losses.
      const share = 1 / batch.scale;
      const previous = lossSum;
      lossSum = tf.tidy(() => tf.add(previous, tf.mul(loss, share)));
      tf.dispose([loss, gradient, previous]);
      pairs += batch.pairs;
      if (performance.now() - reported < REPORT_INTERVAL_MS) continue;
      // Lets timers and events of the process run, an abort among them.
      await nextTurn(options.signal);
      const sum = (await read(lossSum))[0]!;
      await backend.activate();
      reported = performance.now();
      const step = steps - state.steps;
      if (!Number.isFinite(sum)) await throwDiverged(adam, task, step);
      options.onProgress?.(
        adamProgress({
          ...{ epoch, epochs, step, steps: batches.stepsPerEpoch },
          loss: sum / pairs,
          pairsPerSecond: pairsPerSecond(),
        }),
      );
    }
    const [sum] = await read(lossSum);
    const result = {
      parameters: await read(adam.parameters),
      first: await read(adam.first),
      second: await read(adam.second),
      steps,
      loss: (sum as number) / pairs,
      pairsPerSecond: pairsPerSecond(),
    };
    if (!Number.isFinite(result.loss) || findNonFinite(result.parameters, state.sizes)) {
      await throwDiverged(adam, task, steps - state.steps);
    }
    return result;
  } finally {
    tf.dispose([adam.parameters, adam.first, adam.second, lossSum]);
  }
}

/** A copy, for a backend on the processor may hand out the memory of the tensor itself. */
async function read(tensor: Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

async function throwDiverged(adam: AdamState, task: EpochTask, step: number): Promise<never> {
  const { epoch, batches, state } = task;
  const place = `in epoch ${epoch}, by step ${step} of ${batches.stepsPerEpoch}`;
  const found = findNonFinite(await read(adam.parameters), state.sizes);
  throw new EmbedLLMError(
    `The training diverged ${place}: ${
      found
        ? `${found.name} has ${found.value} at row ${found.row}, column ${found.column}`
        : 'the loss is not finite'
    }. Try a smaller learningRate (it was ${state.settings.learningRate}).`,
    { code: 'not-finite' },
  );
}
