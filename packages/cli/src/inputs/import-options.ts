import type { EvaluationFormat } from '@embedllm/dataset-builder';
import { type Command, Option } from 'commander';
import { names } from '../program/option-types.js';
import { addColumnOptions, type ColumnOptions, thresholdOption } from './column-options.js';
import { addLogOptions, type LogOptions } from './log-options.js';

/** How sources are read. */
export interface ImportOptions extends LogOptions, ColumnOptions {
  /** @default what each source looks like */
  readonly format?: 'auto' | Exclude<EvaluationFormat, 'folder'> | undefined;
  /**
   * The category of a logged question: its task or the group of its task; with Inspect, which has no
   * groups, its data set.
   *
   * @default 'task'
   */
  readonly category?: 'task' | 'group' | undefined;
  /** Categories of tasks, as `task=category` with a name or pattern; these come first. */
  readonly categories?: readonly string[] | undefined;
  /** Whether a store keeps graded scores of logs, or labels. @default 'label' */
  readonly scores?: 'label' | 'keep' | undefined;
  /** Column of the question's category. */
  readonly categoryColumn?: string | undefined;
  /** Columns of scores, named after their models. */
  readonly modelColumns?: readonly string[] | undefined;
  /** The only model of each table. */
  readonly model?: string | undefined;
}

/** Adds the options that say how sources are read. */
export function addImportOptions(command: Command): Command {
  const logs = addLogOptions(command)
    .addOption(
      new Option(
        '--format <format>',
        'of the sources (default: what each looks like, auto)',
      ).choices(['auto', 'embedllm', 'harness', 'inspect', 'table']),
    )
    .addOption(
      new Option(
        '--category <by>',
        'logs: category of a question: its task (default), or its group, with Inspect its data set',
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
        'logs: what a store keeps: labels (default), or graded scores (keep)',
      ).choices(['label', 'keep']),
    );
  return addColumnOptions(logs.addOption(thresholdOption()))
    .option('--category-column <name>', "tables: column of the question's category")
    .addOption(
      new Option(
        '--model-columns <names>',
        'tables: columns of scores, one for each model',
      ).argParser(names),
    )
    .option('--model <name>', "tables of one model: its name ({file}: the file's)");
}
