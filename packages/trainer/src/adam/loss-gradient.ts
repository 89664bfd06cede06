import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../tfjs/tensorflow.js';
import type { Batch, DenseBatch, PairwiseBatch } from './batches.js';
import { type ParameterName, type ParameterSizes, parameterSlices } from './parameters.js';

/** Loss of a batch and its derivatives, which are tensors of the backend. */
export interface LossGradient {
  /** Mean log loss in nats: a single number. */
  readonly loss: Tensor;
  /** In the order of the flat parameters. */
  readonly gradient: Tensor1D;
}

type Parameters = Record<ParameterName, Tensor2D>;

/**
 * Loss and gradient in operations that every backend has. Cross-entropy over the two classes
 * depends on the difference of the two logits only,
 *
 *     z = (p * (W x + b)) . (w_1 - w_0) + (c_1 - c_0),   loss = log(1 + exp(z)) - y z,
 *
 * so that the derivatives by w_1 and by w_0 are each other's negative.
 * FLOPs: 4 q d D + 6 q M d for q questions densely, 4 n d D + 6 n d for n pairs.
 */
export function lossGradient(
  tf: TensorFlow,
  parameters: Tensor1D,
  batch: Batch,
  sizes: ParameterSizes,
): LossGradient {
  return tf.tidy(() => {
    const slices = parameterSlices(sizes);
    const part = (name: ParameterName): Tensor2D => {
      const slice = slices.find((candidate) => candidate.name === name);
      if (!slice) throw new Error(`There is no parameter ${name}.`);
      return tf.reshape(tf.slice1d(parameters, slice.start, slice.length), [...slice.shape]);
    };
    const tensors: Parameters = {
      'P.weight': part('P.weight'),
      'text_proj.weight': part('text_proj.weight'),
      'text_proj.bias': part('text_proj.bias'),
      'classifier.weight': part('classifier.weight'),
      'classifier.bias': part('classifier.bias'),
    };
    const x = tf.tensor2d(batch.embeddings, [batch.rows, sizes.questionDimensions]);
    const [wrong, right] = tf.split(tensors['classifier.weight'], 2, 0) as [Tensor2D, Tensor2D];
    const [wrongBias, rightBias] = tf.split(tensors['classifier.bias'], 2, 1) as [Tensor, Tensor];
    const shared: Shared = {
      tf,
      tensors,
      x,
      projected: tf.add(
        tf.matMul(x, tensors['text_proj.weight'], false, true),
        tensors['text_proj.bias'],
      ),
      direction: tf.sub(right, wrong),
      offset: tf.sub(rightBias, wrongBias),
    };
    const result =
      batch.form === 'dense' ? dense(shared, batch, sizes) : pairwise(shared, batch, sizes);
    const flat = (tensor: Tensor): Tensor1D => tf.reshape(tensor, [-1]);
    const gradient = tf.concat([
      flat(result.embeddings),
      flat(tf.matMul(result.projected, x, true, false)),
      flat(tf.sum(result.projected, 0)),
      flat(tf.neg(result.direction)),
      flat(result.direction),
      flat(tf.neg(result.offset)),
      flat(result.offset),
    ]);
    return { loss: result.loss, gradient };
  });
}

/** What both forms begin with. */
interface Shared {
  readonly tf: TensorFlow;
  readonly tensors: Parameters;
  readonly x: Tensor2D;
  /** W x + b, shape [rows, d]. */
  readonly projected: Tensor2D;
  /** w_1 - w_0, shape [1, d]. */
  readonly direction: Tensor2D;
  /** c_1 - c_0. */
  readonly offset: Tensor;
}

/** Derivatives of what the two forms treat differently. */
interface FormGradient {
  readonly loss: Tensor;
  /** By the model embeddings, shape [M, d]. */
  readonly embeddings: Tensor;
  /** By W x + b, shape [rows, d]. */
  readonly projected: Tensor2D;
  readonly direction: Tensor;
  readonly offset: Tensor;
}

function dense(
  { tf, tensors, projected, direction, offset }: Shared,
  batch: DenseBatch,
  { models: M }: ParameterSizes,
): FormGradient {
  const P = tensors['P.weight'];
  const y = tf.tensor2d(batch.labels, [batch.rows, M]);
  const weight = tf.mul(tf.tensor2d(batch.observed, [batch.rows, M]), batch.scale);
  const directions = tf.mul<Tensor2D>(P, direction);
  const logits = tf.add(tf.matMul(projected, directions, false, true), offset);
  const residuals = tf.mul<Tensor2D>(tf.sub(tf.sigmoid(logits), y), weight);
  const byDirections = tf.matMul(residuals, projected, true, false);
  return {
    loss: tf.sum(tf.mul(logLosses(tf, logits, y), weight)),
    embeddings: tf.mul(byDirections, direction),
    projected: tf.matMul(residuals, directions),
    direction: tf.sum(tf.mul(byDirections, P), 0),
    offset: tf.sum(residuals),
  };
}

function pairwise(
  { tf, tensors, projected, direction, offset }: Shared,
  batch: PairwiseBatch,
  { models: M, dimensions: d }: ParameterSizes,
): FormGradient {
  const models = tf.tensor1d(batch.models, 'int32');
  const p = tf.gather(tensors['P.weight'], models);
  const y = tf.tensor2d(batch.labels, [batch.rows, 1]);
  const product = tf.mul<Tensor2D>(p, projected);
  const logits = tf.add(tf.matMul(product, direction, false, true), offset);
  const residuals = tf.mul<Tensor2D>(tf.sub(tf.sigmoid(logits), y), batch.scale);
  const byProduct = tf.mul(residuals, direction);
  return {
    loss: tf.mul(tf.sum(logLosses(tf, logits, y)), batch.scale),
    embeddings: tf.scatterND(tf.reshape(models, [batch.rows, 1]), tf.mul(byProduct, projected), [
      M,
      d,
    ]),
    projected: tf.mul(byProduct, p),
    direction: tf.matMul(residuals, product, true, false),
    offset: tf.sum(residuals),
  };
}

/** log(1 + exp(z)) - y z, which stays finite where the logarithm of a saturated sigmoid would not. */
function logLosses(tf: TensorFlow, logits: Tensor, labels: Tensor): Tensor {
  return tf.sub(tf.softplus(logits), tf.mul(labels, logits));
}
