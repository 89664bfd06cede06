import type { ClusterOptions } from '../../inputs/cluster-options.js';
import type { DataOptions } from '../../inputs/data-options.js';
import type { EncoderOptions } from '../../inputs/encoder-options.js';

/** Options of `embedllm encode`. */
export interface EncodeCommandOptions extends DataOptions, EncoderOptions, ClusterOptions {
  /**
   * File to write: `.safetensors`, or `.npy` for the vectors alone. With `texts`, a prefix of keys in
   * storage.
   */
  readonly output?: string | undefined;
  /** Prefix of keys of `.jsonl` and `.parquet` objects in storage, instead of a dataset. */
  readonly texts?: string | undefined;
  /** Column of those with the text. @default 'prompt' */
  readonly column?: string | undefined;
  /** Column of those with identifiers. @default none */
  readonly idColumn?: string | undefined;
}
