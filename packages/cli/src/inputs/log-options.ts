import type { ReadEvaluationsOptions, RepeatPolicy } from '@embedllm/dataset-builder';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { integer, names } from '../program/option-types.js';

/** Flags of logs, wherever they are; those that are lists of the library's as `task=name` or `file=name`. */
export type LogOptions = Pick<
  ReadEvaluationsOptions,
  | ('epochs' | 'questionId' | 'runs' | 'variants' | 'incomplete' | 'tasks' | 'skipTasks')
  | ('skipFiles' | 'onConflict' | 'maxRecordBytes' | 'maxCells')
> & {
  readonly [Flag in 'filter' | 'metric' | 'scorer' | 'value' | 'modelName']?:
    | readonly string[]
    | undefined;
};

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
    'different outcomes for a question and model: keep the first, replace by the last; within one run or table also mean or majority',
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
      list('--filter <names>', 'harness logs: filters to accept, such as none,gsm8k=strict-match'),
    )
    .addOption(list('--metric <names>', 'harness logs: scores to use, such as acc_norm,drop=em'))
    .addOption(
      list(
        '--scorer <names>',
        'Inspect logs: scorers to use, in order of preference; also task=name',
      ),
    )
    .addOption(
      list('--value <keys>', 'Inspect logs: key to use if values are objects; also task=key'),
    )
    .addOption(
      new Option(
        '--epochs <reducer>',
        'Inspect logs: how to combine the epochs of a question (default: mean)',
      ).choices(['mean', 'median', 'mode', 'max', 'first']),
    )
    .addOption(
      new Option(
        '--question-id <by>',
        'Inspect logs: identify questions by id (default) or content',
      ).choices(['id', 'content']),
    )
    .addOption(list('--tasks <names>', 'logs: tasks to read, by name, group or pattern (mmlu_*)'))
    .addOption(list('--skip-tasks <names>', 'logs: tasks to skip, by name, group or pattern'))
    .addOption(list('--skip-files <names>', 'logs: files to skip, by name or pattern'))
    .addOption(
      new Option(
        '--runs <rule>',
        'logs: repeated runs of a model on a task: older ones fill in what the newest did not ask (merge), or are ignored (newest)',
      ).choices(['merge', 'newest', 'refuse']),
    )
    .addOption(
      new Option(
        '--variants <rule>',
        'logs: runs with different arguments, quantization, effort or examples count separately (default) or as repeated runs (ignore)',
      ).choices(['separate', 'ignore']),
    )
    .addOption(
      new Option(
        '--incomplete <rule>',
        'logs of failed, cancelled or truncated runs (default: refuse)',
      ).choices(['refuse', 'skip', 'take']),
    )
    .addOption(list('--model-name <pattern=name>', "logs: set a model's name, by file or pattern"))
    .addOption(onConflictOption())
    .addOption(
      new Option('--max-record-bytes <bytes>', 'longest record').argParser(integer({ min: 1 })),
    )
    .addOption(
      new Option('--max-cells <count>', 'maximum number of questions x models').argParser(
        integer({ min: 1 }),
      ),
    );
}
