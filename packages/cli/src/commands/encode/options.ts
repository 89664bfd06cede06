import type { DataOptions } from '../../inputs/data-options.js';
import type { EncoderOptions } from '../../inputs/encoder-options.js';

/** Options of `embedllm encode`. */
export interface EncodeCommandOptions extends DataOptions, EncoderOptions {
  /** File to write: `.safetensors`, or `.npy` for the vectors alone. */
  readonly output?: string | undefined;
}
