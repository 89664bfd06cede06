import type { ClusterOptions } from '../../inputs/cluster-options.js';
import type { EncoderAccess } from '../../inputs/restore-artifact-encoder.js';

/** Options of `embedllm worker`. */
export interface WorkerCommandOptions extends ClusterOptions, EncoderAccess {
  /** Jobs at a time. @default 1 */
  readonly concurrency: number;
  /** Megabytes that parts of training sets may take. @default half of what the machine has */
  readonly memory?: number | undefined;
  /** Threads of products. @default all processors */
  readonly threads?: number | undefined;
  /** Port of `/metrics` and `/healthz`. @default none */
  readonly metricsPort?: number | undefined;
  /** Seconds without work after which it ends. @default never */
  readonly idle?: number | undefined;
  /** Seconds after which a silent worker's jobs go to another one. @default 30 */
  readonly lease: number;
}
