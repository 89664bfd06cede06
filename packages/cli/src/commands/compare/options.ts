import type { ClusterOptions } from '../../inputs/cluster-options.js';
import type { DataOptions } from '../../inputs/data-options.js';
import type { EncodeDatasetOptions } from '../../inputs/encode-dataset.js';
import type { EstimatorName } from './estimator-names.js';

/** Options of `embedllm compare`. */
export interface CompareCommandOptions
  extends DataOptions,
    Omit<EncodeDatasetOptions, keyof ClusterOptions> {
  /** What to compare; the first is what the others are compared with. */
  readonly estimators: readonly EstimatorName[];
  /** How many splits, with the seeds from `seed` on. @default 5 */
  readonly splits: number;
  /** Resamples of the bootstrap. @default 10000 */
  readonly resamples: number;
}
