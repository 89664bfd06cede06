import type { ClusterOptions } from '../../inputs/cluster-options.js';

/** Options of `embedllm cluster cleanup`. */
export interface CleanupOptions extends ClusterOptions {
  /** Days since something of the run was written, from 0. @default 7 */
  readonly olderThan: number;
  /** List it, and remove nothing. @default false */
  readonly dryRun?: boolean | undefined;
}
