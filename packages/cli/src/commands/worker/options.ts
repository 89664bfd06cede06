import type { ClusterOptions } from '../../inputs/cluster-options.js';
import type { EncoderAccess } from '../../inputs/restore-artifact-encoder.js';

/** Options of `embedllm worker`. */
export interface WorkerCommandOptions extends ClusterOptions, EncoderAccess {
  /** Jobs at a time. @default 1 */
  readonly concurrency: number;
  /** Seconds after which a silent worker's jobs go to another one. @default 30 */
  readonly lease: number;
}
