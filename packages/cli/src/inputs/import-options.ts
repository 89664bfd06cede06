import type { ReadEvaluationsOptions } from '@embedllm/dataset-builder';
import { type Command, Option } from 'commander';
import { names } from '../program/option-types.js';
import { addColumnOptions, type ColumnOptions, thresholdOption } from './column-options.js';
import { addLogOptions, type LogOptions } from './log-options.js';

/** How sources are read. */
export interface ImportOptions
  extends LogOptions,
    ColumnOptions,
    Pick<
      ReadEvaluationsOptions,
      'category' | 'scores' | 'categoryColumn' | 'modelColumns' | 'model'
    > {
  readonly format?: 'auto' | ReadEvaluationsOptions['format'];
  /** As `task=category` with a name or pattern. */
  readonly categories?: readonly string[] | undefined;
}

/** Adds the options that say how sources are read. */
export function addImportOptions(command: Command): Command {
  const logs = addLogOptions(command)
    .addOption(
      new Option(
        '--format <format>',
        'format of the sources (default: auto, detected for each)',
      ).choices(['auto', 'embedllm', 'harness', 'inspect', 'table']),
    )
    .addOption(
      new Option(
        '--category <by>',
        'logs: category of a question: its task (default) or group (for Inspect, its dataset)',
      ).choices(['task', 'group']),
    )
    .addOption(
      new Option(
        '--categories <task=name>',
        'logs: categories of tasks, by name or pattern',
      ).argParser(names),
    )
    .addOption(
      new Option(
        '--scores <rule>',
        'logs: what a store keeps: labels (default) or graded scores (keep)',
      ).choices(['label', 'keep']),
    );
  return addColumnOptions(logs.addOption(thresholdOption()))
    .option('--category-column <name>', "tables: column with the question's category")
    .addOption(
      new Option('--model-columns <names>', 'tables: score columns, one per model').argParser(
        names,
      ),
    )
    .option('--model <name>', "tables of one model: its name ({file}: the file's name)");
}
