import { type Command, Option } from 'commander';
import { integer, seed } from '../../program/option-types.js';

/** How a permutation test permutes. */
export interface PermutationCommandOptions {
  /** @default 999 */
  readonly permutations: number;
  /** @default 0 */
  readonly seed: number;
}

/** Adds `--permutations` and `--seed`. */
export function addPermutationOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--permutations <integer>', 'number of permutations')
        .argParser(integer({ min: 1 }))
        .default(999),
    )
    .addOption(
      new Option('--seed <integer>', 'seed of the permutations').argParser(seed).default(0),
    );
}
