import type { DataOptions } from '../../inputs/data-options.js';
import type { EncodeDatasetOptions } from '../../inputs/encode-dataset.js';
import type { PriceOptions } from '../../inputs/price-list.js';

/** Options of `embedllm train`. */
export interface TrainOptions extends DataOptions, EncodeDatasetOptions, PriceOptions {
  /** Folder of the artifact. @default 'artifact' */
  readonly output: string;
  /** `direct` takes seconds; `adam` is the published training. @default 'direct' */
  readonly solver: 'direct' | 'adam';
  /** Where the direct solver's products run. @default onnxruntime, else TypeScript */
  readonly engine?: 'onnxruntime' | 'webgpu' | 'typescript' | 'tfjs' | undefined;
  /** Strengths of the ridge to try. */
  readonly ridges?: readonly number[] | undefined;
  /** Degrees of pooling to try. */
  readonly poolings?: readonly number[] | undefined;
  /** Numbers of factors to try. */
  readonly ranks?: readonly number[] | undefined;
  /** Parts of the training questions that workers of a cluster hold. @default 8 */
  readonly parts?: number | undefined;
  /**
   * Also learn how models differ by category, and infer the category of a question from its text
   * (the direct solver): `always`, `never`, or `auto` with the strength of least validation log loss,
   * if any is better than the text alone.
   *
   * @default 'auto' where there are validation questions, the encoder of the vectors is known and no cluster trains
   */
  readonly categories?: 'always' | 'auto' | 'never' | undefined;
  /**
   * Measure routing on categories that are left out of training, and guard the default policy by it
   * (the direct solver). @default true
   */
  readonly unseen?: boolean | undefined;
  /** Backend of TensorFlow.js, for adam. @default the fastest that works */
  readonly backend?: 'tfjs-node-gpu' | 'tfjs-node' | 'webgpu' | 'wasm' | 'cpu' | undefined;
  /** Passes over the labels, for adam. @default 50 */
  readonly epochs?: number | undefined;
  /** For adam. @default 0.0001 */
  readonly learningRate?: number | undefined;
  /** d, for adam. @default 232 */
  readonly latentDimensions?: number | undefined;
  /** How adam takes its gradient. @default 'dense' */
  readonly form?: 'dense' | 'pairwise' | undefined;
  /** Epochs without improvement on validation after which adam ends. @default runs all epochs */
  readonly patience?: number | undefined;
  /** File of adam's state. @default next to the artifact */
  readonly checkpoint?: string | undefined;
  /** Go on from that state. @default false */
  readonly resume?: boolean | undefined;
  /**
   * Fit how logits become probabilities on validation questions; `auto` decides by
   * cross-validation within them whether to, and how. @default none
   */
  readonly calibrate?: 'auto' | 'platt' | 'temperature' | 'isotonic' | undefined;
}
