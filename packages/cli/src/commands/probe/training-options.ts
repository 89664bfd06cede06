import type { Command } from 'commander';
import { addClusterOptions } from '../../inputs/cluster-options.js';
import { addDataOptions, type DataOptions } from '../../inputs/data-options.js';
import type { EncodeDatasetOptions } from '../../inputs/encode-dataset.js';
import { addEncoderOptions } from '../../inputs/encoder-options.js';

/** Options of the probes that train, each on the dataset's own split. */
export interface TrainingProbeCommandOptions extends DataOptions, EncodeDatasetOptions {}

/** Options of `embedllm probe transfer`. */
export interface TransferOptions extends TrainingProbeCommandOptions {
  /** File of a plot, SVG. @default none */
  readonly output?: string | undefined;
}

/** Adds the dataset, the vectors and, where a probe has a plot, its file. */
export function addTrainingOptions(command: Command, hasPlot = false): Command {
  addClusterOptions(addEncoderOptions(addDataOptions(command))).option(
    '--embeddings <file>',
    'vectors of the questions, from encode or .npy',
  );
  return hasPlot ? command.option('-o, --output <file>', 'SVG file to draw') : command;
}
