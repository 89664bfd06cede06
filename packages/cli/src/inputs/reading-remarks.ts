import { basename } from 'node:path';
import type { EvaluationsReport, SkippedLog, TableReport } from '@embedllm/dataset-builder';
import { didYouMean, quantity } from '@embedllm/internals';
import type { Context } from '../program/context.js';
import type { LogOptions } from './log-options.js';
import { severalAddresses, severalVersions } from './run-differences.js';
import { tableChoices } from './table-choices.js';
import { warnOfTornLines } from './torn-lines.js';

type LogsReport = EvaluationsReport['logs'][number];
type RunReport = LogsReport['runs'][number];

/** Files that are named of each kind, at most. */
const NAMED = 5;

/** What was not read of logs, and what was decided by default, with the flags that decide otherwise. */
export function logRemarks(
  logs: readonly LogsReport[],
  options: LogOptions,
  { leftOut = true }: { readonly leftOut?: boolean } = {},
): string[] {
  return logs.flatMap((report) => remarksOn(report, options, leftOut));
}

/** Warns of samples that have no score: the others alone may make a model look better. */
export function warnOfSamplesLeftOut(context: Context, logs: readonly LogsReport[]): void {
  for (const { runs } of logs) {
    for (const remark of samplesLeftOut(runs)) context.warn(remark);
  }
}

/** Names that a warning lists where none is similar. */
const LISTED = 8;

/** Warns of names in flags that match nothing. */
export function warnOfNames(context: Context, unmatched: EvaluationsReport['unmatched']): void {
  for (const { option, name, known } of unmatched) {
    const flag = `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const names = known.map((each) =>
      /^(skipFiles|modelName)$/.test(option) ? basename(each) : each,
    );
    const more = names.length > LISTED ? `, and ${names.length - LISTED} more` : '';
    const there = ` There ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, LISTED).join(', ')}${more}.`;
    const hint = didYouMean(name, names) || (names.length === 0 ? '' : there);
    context.warn(`${flag} ${name} matches nothing in the logs.${hint}`);
  }
}

/**
 * Says in a line how each table was understood, and what was noticed.
 *
 * @param options - `areAnswers`: they are one model's answers, not a dataset.
 */
export function sayTables(
  context: Context,
  tables: readonly TableReport[],
  options: { readonly areAnswers?: boolean } = {},
): void {
  for (const table of tables) {
    const choices = tableChoices(table, options);
    const text = [`${table.understood}.`, ...table.remarks, ...choices].join(' ');
    // A verdict may hang on one model's answers, so what was guessed of them is more than a note.
    if (options.areAnswers && choices.length > 0) context.warn(text);
    else context.note(text);
    warnOfTornLines(context, table.file, table.tornRows);
  }
}

function remarksOn(
  { runs, skipped, variants }: LogsReport,
  options: LogOptions,
  leftOut: boolean,
): string[] {
  return [
    ...olderRuns(runs, options),
    ...variants.map(
      ({ kind, name, settings, variants: names }) =>
        `The ${kind} ${name} was run with different settings (${settings.join(', ')}): ${names.join(' and ')} count separately. Use --variants ignore to treat them as repeated runs.`,
    ),
    ...defaultFilters(runs),
    ...defaultMetrics(runs),
    ...severalVersions(runs),
    ...severalAddresses(runs),
    ...(leftOut ? samplesLeftOut(runs) : []),
    ...cutOff(runs),
    ...surplus(runs),
    ...skippedLogs(skipped),
  ];
}

function olderRuns(runs: readonly RunReport[], options: Pick<LogOptions, 'runs'>): string[] {
  const older = runs.filter(({ supersededBy }) => supersededBy !== undefined);
  const filled = sum(older, ({ labels }) => labels);
  const unused = sum(older, ({ unused }) => unused);
  const remarks: string[] = [];
  if (filled > 0) {
    remarks.push(
      `${quantity(filled, 'label')} from older runs ${filled === 1 ? 'fills' : 'fill'} in what the newest did not ask${options.runs === undefined ? ', as with --runs merge' : ''}. Use --runs newest to leave them out.`,
    );
  }
  if (unused > 0) {
    remarks.push(
      `${quantity(unused, 'label')} from older runs ${unused === 1 ? 'is' : 'are'} left out, on questions that the newest did not ask. Use --runs merge to include them.`,
    );
  }
  return remarks;
}

/** One line for each task that was logged with several filters, of which none was chosen. */
function defaultFilters(runs: readonly RunReport[]): string[] {
  const tasks = new Map<string, string>();
  for (const run of runs) {
    if (!('otherFilters' in run) || run.otherFilters.length === 0) continue;
    const [other = ''] = run.otherFilters;
    tasks.set(
      run.task,
      `${run.task}: filter ${run.filter}; ${run.otherFilters.join(', ')} ${run.otherFilters.length === 1 ? 'was' : 'were'} logged too (--filter ${run.task}=${other}).`,
    );
  }
  return [...tasks.values()];
}

/** One line for tasks whose samples have several scores, of which none was chosen. */
function defaultMetrics(runs: readonly RunReport[]): string[] {
  const said = new Map<string, { metric: string; others: readonly string[]; tasks: Set<string> }>();
  for (const run of runs) {
    if (!('otherMetrics' in run) || run.otherMetrics.length === 0) continue;
    const { task, metric, otherMetrics: others } = run;
    const key = JSON.stringify([metric, others]);
    const known = said.get(key) ?? { metric, others, tasks: new Set<string>() };
    known.tasks.add(task);
    said.set(key, known);
  }
  return [...said.values()].map(({ metric, others, tasks }) => {
    const flag = [...tasks].map((task) => `${task}=${others[0]}`).slice(0, 2);
    return `${someOf([...tasks])}: score ${metric}; ${others.join(', ')} ${others.length === 1 ? 'was' : 'were'} logged too (--metric ${flag.length === 1 ? flag : others[0]}).`;
  });
}

function samplesLeftOut(runs: readonly RunReport[]): string[] {
  const unscored = sum(runs, ({ unscored }) => unscored);
  const failed = sum(runs, (run) => ('failed' in run ? run.failed : 0));
  const invalidated = sum(runs, (run) => ('invalidated' in run ? run.invalidated : 0));
  const erroneous = sum(runs, (run) => ('scoredErrors' in run ? run.scoredErrors : 0));
  const contradictions = sum(runs, ({ contradictions }) => contradictions);
  const parts = [
    ...(failed > 0 ? [`${quantity(failed, 'sample')} that ended in an error`] : []),
    ...(unscored > 0 ? [`${quantity(unscored, 'sample')} without a score`] : []),
    ...(invalidated > 0 ? [`${quantity(invalidated, 'sample')} declared invalid`] : []),
  ];
  const affected = runs.filter(
    (run) => run.unscored > 0 || ('failed' in run && (run.failed > 0 || run.invalidated > 0)),
  );
  return [
    ...(parts.length > 0 ? [`Left out: ${parts.join(', ')} (${named(affected)}).`] : []),
    ...(erroneous > 0
      ? [
          `${quantity(erroneous, 'sample')} that ended in an error ${erroneous === 1 ? 'has' : 'have'} a score anyway, which counts.`,
        ]
      : []),
    ...(contradictions > 0
      ? [
          `${quantity(contradictions, 'answer')} contradicted another in the same run; settled by --on-conflict.`,
        ]
      : []),
  ];
}

function cutOff(runs: readonly RunReport[]): string[] {
  const taken = runs.filter((run) =>
    'status' in run
      ? run.status !== 'success'
      : run.samples + run.unscored < (run.expectedSamples ?? 0),
  );
  if (taken.length === 0) return [];
  return [`Included although incomplete: ${named(taken)}.`];
}

/** Runs with more samples than they say: other files may be mixed in. */
function surplus(runs: readonly RunReport[]): string[] {
  return runs.flatMap((run) => {
    const has = 'status' in run ? run.samples : run.samples + run.unscored;
    const { file, expectedSamples: said } = run;
    if (said === undefined || has <= said) return [];
    const where = 'status' in run ? 'its results say' : 'the results file next to it says';
    return [`${file} has ${quantity(has, 'sample')}, but ${where} ${said}. All of them count.`];
  });
}

const REASONS: Readonly<Record<SkippedLog['reason'], string>> = {
  task: 'of tasks left out on request',
  file: 'left out on request',
  incomplete: 'of failed or truncated runs',
  'no-score': 'without a score from 0 to 1',
  foreign: 'that only look like logs',
};

function skippedLogs(skipped: readonly SkippedLog[]): string[] {
  const byReason = new Map<SkippedLog['reason'], SkippedLog[]>();
  for (const log of skipped) byReason.set(log.reason, [...(byReason.get(log.reason) ?? []), log]);
  return [...byReason].map(
    ([reason, logs]) =>
      `Not read, ${REASONS[reason]}: ${quantity(logs.length, 'file')} (${named(logs)}).`,
  );
}

function someOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function named(files: readonly { readonly file: string }[]): string {
  const listed = files.slice(0, NAMED).map(({ file }) => file);
  return [...listed, ...(files.length > NAMED ? [`${files.length - NAMED} more`] : [])].join(', ');
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
