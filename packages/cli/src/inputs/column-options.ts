import type { ReadEvaluationsOptions } from '@embedllm/dataset-builder';
import { type Command, Option } from 'commander';
import { number, scale } from '../program/option-types.js';

/** Flags of what the columns and scores of tables mean. */
export type ColumnOptions = Pick<
  ReadEvaluationsOptions,
  | ('threshold' | 'questionColumn' | 'promptColumn' | 'modelColumn' | 'scoreColumn')
  | ('separator' | 'scale')
>;

/** `--threshold`. */
export function thresholdOption(): Option {
  return new Option(
    '--threshold <score>',
    'lowest score that counts as correct, on the scale of the scores',
  ).argParser(number());
}

/** Adds the options that say what the columns and scores of tables mean; `--threshold` comes with others. */
export function addColumnOptions(command: Command): Command {
  return command
    .option('--question-column <name>', "tables: column with the question's id or text")
    .option('--prompt-column <name>', "tables: column with the question's text")
    .option('--model-column <name>', "tables: column with the model's name")
    .option(
      '--score-column <name>',
      'tables: column with the score (result.passed: nested in JSON)',
    )
    .option('--separator <character>', 'tables: CSV field separator (default: detected)')
    .addOption(
      new Option('--scale <from..to>', 'tables: lowest and highest score, such as 1..10').argParser(
        scale,
      ),
    );
}
