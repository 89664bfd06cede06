import type { ScoreScale } from '@embedllm/dataset-builder';
import { type Command, Option } from 'commander';
import { names, number, scale } from '../program/option-types.js';
import { addLogOptions, type LogOptions } from './log-options.js';
import type { SourceFormat } from './source-format.js';

/** How sources are read. */
export interface ImportOptions extends LogOptions {
  /** @default what each source looks like */
  readonly format: 'auto' | Exclude<SourceFormat, 'folder'>;
  /**
   * The category of a logged question: its task or the group of its task; with Inspect, which has no
   * groups, its data set.
   *
   * @default 'task'
   */
  readonly category: 'task' | 'group';
  /** Categories of tasks, as `task=category` with a name or pattern; these come first. */
  readonly categories?: readonly string[] | undefined;
  /** Whether a store keeps graded scores of logs, or labels. @default 'label' */
  readonly scores: 'label' | 'keep';
  /** The lowest score that counts as correct. @default scores must be 0 or 1 */
  readonly threshold?: number | undefined;
  /** Column of the question's id in a table of one's own. */
  readonly questionColumn?: string | undefined;
  /** Column of the model's name; without it a table is wide: a column of scores for each model. */
  readonly modelColumn?: string | undefined;
  /** Column of the score. */
  readonly scoreColumn?: string | undefined;
  /** Column of the question's category. */
  readonly categoryColumn?: string | undefined;
  /** Column of the question's text. */
  readonly promptColumn?: string | undefined;
  /** Columns of scores, named after their models. */
  readonly modelColumns?: readonly string[] | undefined;
  /** The only model of each table. */
  readonly model?: string | undefined;
  /** Character between two fields of CSV. */
  readonly separator?: string | undefined;
  /** The lowest and the highest score of tables. */
  readonly scale?: ScoreScale | undefined;
}

/** Adds the options that say how sources are read. */
export function addImportOptions(command: Command): Command {
  return addLogOptions(command)
    .addOption(
      new Option('--format <format>', 'of the sources')
        .choices(['auto', 'embedllm', 'harness', 'inspect', 'table'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--category <by>',
        'logs: category of a question (group: with Inspect its data set)',
      )
        .choices(['task', 'group'])
        .default('task'),
    )
    .addOption(
      new Option(
        '--categories <task=name>',
        'logs: categories of tasks, by name or pattern',
      ).argParser(names),
    )
    .addOption(
      new Option('--scores <rule>', 'logs: what a store keeps: labels, or graded scores (keep)')
        .choices(['label', 'keep'])
        .default('label'),
    )
    .addOption(
      new Option(
        '--threshold <score>',
        'lowest score that counts as correct, on the scale of the scores',
      ).argParser(number()),
    )
    .option('--question-column <name>', "tables: column of the question's id, or of its text")
    .option('--prompt-column <name>', "tables: column of the question's text")
    .option('--category-column <name>', "tables: column of the question's category")
    .option('--model-column <name>', "tables: column of the model's name")
    .option('--score-column <name>', 'tables: column of the score (result.passed: nested in JSON)')
    .addOption(
      new Option(
        '--model-columns <names>',
        'tables: columns of scores, one for each model',
      ).argParser(names),
    )
    .option('--model <name>', "tables of one model: its name ({file}: the file's)")
    .option('--separator <character>', 'tables: between two fields of CSV (default: found)')
    .addOption(
      new Option('--scale <from..to>', 'tables: lowest and highest score, as 1..10').argParser(
        scale,
      ),
    );
}
