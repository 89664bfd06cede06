import type { RepeatPolicy } from '@embedllm/dataset-builder';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { integer, names } from '../program/option-types.js';

/** How logs of lm-evaluation-harness and Inspect are read, wherever they are. */
export interface LogOptions {
  /** Filters of lm-evaluation-harness to accept, for all tasks or as `task=name`. */
  readonly filter?: readonly string[] | undefined;
  /** Scores of lm-evaluation-harness to take, best first, or as `task=name`. */
  readonly metric?: readonly string[] | undefined;
  /** Scorers of Inspect to take, best first, or as `task=name`. */
  readonly scorer?: readonly string[] | undefined;
  /** Keys of Inspect's values that are objects, best first, or as `task=name`. */
  readonly value?: readonly string[] | undefined;
  /** How several epochs of Inspect become one score. @default 'mean' */
  readonly epochs?: 'mean' | 'median' | 'mode' | 'max' | 'first' | undefined;
  /** What identifies a question of Inspect: its id, or its content. @default 'id' */
  readonly questionId?: 'id' | 'content' | undefined;
  /** Several runs of one model on one task. @default 'merge' */
  readonly runs?: 'merge' | 'newest' | 'refuse' | undefined;
  /** Runs of one model on one task with other settings. @default 'separate' */
  readonly variants?: 'separate' | 'ignore' | undefined;
  /** Logs of runs that did not end well, or that lack samples. @default 'refuse' */
  readonly incomplete?: 'refuse' | 'skip' | 'take' | undefined;
  /** Tasks to read, by name, group or pattern. @default all */
  readonly tasks?: readonly string[] | undefined;
  /** Tasks to leave out. @default none */
  readonly skipTasks?: readonly string[] | undefined;
  /** Files to leave out, by name or pattern. @default none */
  readonly skipFiles?: readonly string[] | undefined;
  /** Names of models, as `file=name` with a file's name, path or pattern. */
  readonly modelName?: readonly string[] | undefined;
  /**
   * A question with different outcomes, of one run or of several sources: `keep` the first, `replace`
   * by the last; within a run also their `mean` or `majority`.
   *
   * @default 'refuse'
   */
  readonly onConflict: RepeatPolicy;
  /** Longest record accepted, in bytes. @default 16 MiB, of Inspect 256 MiB */
  readonly maxRecordBytes?: number | undefined;
  /** Largest number of questions times models. @default 2^28 */
  readonly maxCells?: number | undefined;
}

const POLICIES: Readonly<Record<string, RepeatPolicy>> = {
  refuse: 'refuse',
  keep: 'keep',
  first: 'keep',
  replace: 'replace',
  last: 'replace',
  mean: 'mean',
  majority: 'majority',
};

function repeatPolicy(text: string): RepeatPolicy {
  const policy = Object.hasOwn(POLICIES, text) ? POLICIES[text] : undefined;
  if (policy !== undefined) return policy;
  throw new InvalidArgumentError(`It must be one of ${Object.keys(POLICIES).join(', ')}.`);
}

/** `--on-conflict`. */
export function onConflictOption(): Option {
  return new Option(
    '--on-conflict <rule>',
    'different outcomes for a question and model: keep the first, replace by the last; of one run or table also mean or majority',
  )
    .argParser(repeatPolicy)
    .default('refuse');
}

/** Adds the options that say how logs are read; `--threshold` comes with others. */
export function addLogOptions(command: Command): Command {
  const list = (flags: string, description: string): Option =>
    new Option(flags, description).argParser(names);
  return command
    .addOption(
      list('--filter <names>', 'harness logs: filters to accept, as none,gsm8k=strict-match'),
    )
    .addOption(list('--metric <names>', 'harness logs: scores to take, as acc_norm,drop=em'))
    .addOption(
      list('--scorer <names>', 'Inspect logs: scorers to take, best first; also task=name'),
    )
    .addOption(
      list('--value <keys>', 'Inspect logs: key of values that are objects; also task=key'),
    )
    .addOption(
      new Option(
        '--epochs <reducer>',
        'Inspect logs: how the epochs of a question become one score (default: mean)',
      ).choices(['mean', 'median', 'mode', 'max', 'first']),
    )
    .addOption(
      new Option(
        '--question-id <by>',
        'Inspect logs: questions are the same by id (default) or by content',
      ).choices(['id', 'content']),
    )
    .addOption(list('--tasks <names>', 'logs: tasks to read, by name, group or pattern (mmlu_*)'))
    .addOption(list('--skip-tasks <names>', 'logs: tasks to leave out, named likewise'))
    .addOption(list('--skip-files <names>', 'logs: files to leave out, by name or pattern'))
    .addOption(
      new Option(
        '--runs <rule>',
        'logs: several runs of a model on a task: older ones fill in what the newest did not ask (merge), or do not count (newest)',
      ).choices(['merge', 'newest', 'refuse']),
    )
    .addOption(
      new Option(
        '--variants <rule>',
        'logs: runs with other arguments, quantization, effort or examples count by themselves (default), or as runs like any other (ignore)',
      ).choices(['separate', 'ignore']),
    )
    .addOption(
      new Option(
        '--incomplete <rule>',
        'logs of runs that failed or were cancelled, or cut off (default: refuse)',
      ).choices(['refuse', 'skip', 'take']),
    )
    .addOption(list('--model-name <pattern=name>', "logs: a model's name, by file or pattern"))
    .addOption(onConflictOption())
    .addOption(
      new Option('--max-record-bytes <bytes>', 'longest record').argParser(integer({ min: 1 })),
    )
    .addOption(
      new Option('--max-cells <count>', 'most questions x models').argParser(integer({ min: 1 })),
    );
}
