import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../tfjs/tensorflow.js';

/** Parameters and the moments of their gradients; flat vectors of one length. */
export interface AdamState {
  readonly parameters: Tensor1D;
  /** Running mean of gradients. */
  readonly first: Tensor1D;
  /** Running mean of squared gradients. */
  readonly second: Tensor1D;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/**
 * One step of Adam (Kingma & Ba, ICLR 2015, arXiv 1412.6980) as PyTorch takes it: weight decay is
 * added to the gradient, and so goes through the moments. The old tensors are disposed of.
 *
 * @param step - From 1, over all epochs.
 */
export function adamUpdate(
  tf: TensorFlow,
  state: AdamState,
  gradient: Tensor1D,
  options: { step: number; learningRate: number; weightDecay: number },
): AdamState {
  const { step, learningRate, weightDecay } = options;
  const { parameters } = state;
  const [updated, first, second] = tf.tidy(() => {
    const g =
      weightDecay === 0 ? gradient : tf.add<Tensor1D>(gradient, tf.mul(parameters, weightDecay));
    const m = tf.add<Tensor1D>(tf.mul(state.first, BETA_1), tf.mul(g, 1 - BETA_1));
    const v = tf.add<Tensor1D>(tf.mul(state.second, BETA_2), tf.mul(tf.mul(g, g), 1 - BETA_2));
    const deviation = tf.mul(tf.sqrt(v), 1 / Math.sqrt(1 - BETA_2 ** step));
    const rate = learningRate / (1 - BETA_1 ** step);
    const change = tf.div(m, tf.add(deviation, EPSILON));
    return [tf.sub<Tensor1D>(parameters, tf.mul(change, rate)), m, v];
  }) as [Tensor1D, Tensor1D, Tensor1D];
  tf.dispose([state.parameters, state.first, state.second]);
  return { parameters: updated, first, second };
}
