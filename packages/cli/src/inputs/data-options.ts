import { type Command, Option } from 'commander';
import { number, seed } from '../program/option-types.js';

/** Which dataset a command reads. */
export interface DataOptions {
  /** Folder of tables, a store (a `.duckdb` file), or a set of a cluster. @default 'dataset' */
  readonly data: string;
  /** Of the split, where the data have none of their own. @default 0 */
  readonly seed: number;
  /** The lowest score that counts as correct. @default scores must be 0 or 1 */
  readonly threshold?: number | undefined;
}

/**
 * Adds `--data`, `--seed` and `--threshold`.
 *
 * @param threshold - The option, where it is of other scores too.
 */
export function addDataOptions(
  command: Command,
  threshold: Option = storeThresholdOption(),
): Command {
  return command
    .addOption(
      new Option(
        '-d, --data <path>',
        'dataset folder, store (.duckdb), or output of build --cluster',
      ).default('dataset'),
    )
    .addOption(
      new Option('--seed <integer>', 'seed of the encoder, and of the split if the data have none')
        .argParser(seed)
        .default(0),
    )
    .addOption(threshold);
}

function storeThresholdOption(): Option {
  return new Option(
    '--threshold <score>',
    'lowest score that counts as correct, for a store with graded scores',
  ).argParser(number({ min: 0, max: 1 }));
}
