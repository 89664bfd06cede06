import type { ClusterOptions } from '../../inputs/cluster-options.js';
import type { ImportOptions } from '../../inputs/import-options.js';
import type { PriceOptions } from '../../inputs/price-list.js';

/** Options of `embedllm build`. */
export interface BuildOptions extends ImportOptions, PriceOptions, ClusterOptions {
  /** Folder, or file of a store (`.duckdb`); with a cluster, where in the storage. @default 'dataset' */
  readonly output: string;
  /**
   * Shares of train, validation and test; false writes no split.
   *
   * @default the split that the source has, else [0.8, 0.1, 0.1]
   */
  readonly split?: readonly number[] | false | undefined;
  /** Put questions that are nearly the same into one part of the split. @default false */
  readonly groupDuplicates?: boolean | undefined;
  /** Report the quality of the data too. @default false */
  readonly quality?: boolean | undefined;
  /** With a cluster, parts of the set. @default 1 */
  readonly parts?: number | undefined;
  /** Of the split. @default 0 */
  readonly seed: number;
  /** Compress the tables. @default false */
  readonly gzip?: boolean | undefined;
  /** Report and write nothing. @default false */
  readonly check?: boolean | undefined;
}
