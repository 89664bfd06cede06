import type { LogSelection, SkippedLog } from './log-selection.js';
import { matchesPattern } from './match-pattern.js';
import { isNamedBy } from './model-names.js';
import type { SeenNames } from './seen-names.js';

/** A name or pattern in an option that nothing in the logs has. */
export interface UnmatchedName {
  /** Such as `skipTasks`. */
  readonly option: string;
  readonly name: string;
  /** Names that there are. */
  readonly known: readonly string[];
}

/** Options with names of tasks and files, as items or as keys. */
interface NamingOptions extends LogSelection {
  readonly [option: string]: unknown;
}

/** What was found in logs. */
interface FoundNames {
  readonly runs: readonly { readonly file: string; readonly task: string }[];
  readonly skipped: readonly SkippedLog[];
  readonly seen: SeenNames;
  /** A task and its other names: of its groups, or without its package. */
  namesOf(task: string): readonly string[];
}

/** Finds names in options that match nothing, so that no misspelt name goes unnoticed. */
export function unmatchedNames(options: NamingOptions, found: FoundNames): UnmatchedName[] {
  const unmatched: UnmatchedName[] = [];
  const check = (option: string, names: readonly string[], known: Iterable<string>): void => {
    const all = [...new Set(known)];
    const isFile = option === 'skipFiles' || option === 'modelName';
    const matches = isFile ? isNamedBy : matchesPattern;
    for (const name of names) {
      if (all.some((candidate) => matches(name, candidate))) continue;
      unmatched.push({ option, name, known: all });
    }
  };
  const logs = [...found.runs, ...found.skipped];
  const files = logs.map(({ file }) => file);
  const tasks = logs.flatMap(({ task }) => task ?? []);
  check('tasks', options.tasks ?? [], tasks.flatMap(found.namesOf));
  check('skipTasks', options.skipTasks ?? [], tasks.flatMap(found.namesOf));
  for (const option of ['categories', 'filter', 'metric', 'scorer', 'value']) {
    check(option, keysOf(options[option]), tasks);
  }
  check('skipFiles', options.skipFiles ?? [], files);
  check('modelName', keysOf(options.modelName), files);
  // What samples have is not known of logs that were left out.
  if (found.skipped.every(({ reason }) => reason === 'foreign' || reason === 'no-score')) {
    for (const option of ['filter', 'metric', 'scorer', 'value'] as const) {
      // `none` is of tasks without a filter, and listed for them in any case.
      const always = option === 'filter' ? ['none'] : [];
      check(option, namesIn(options[option]), [...always, ...found.seen.of(option)]);
    }
  }
  return unmatched;
}

/** Names that match nothing in any of several sources of logs. */
export function unmatchedInAll(
  logs: readonly { readonly unmatched: readonly UnmatchedName[] }[],
): UnmatchedName[] {
  const [first, ...others] = logs.map(({ unmatched }) => unmatched);
  return (first ?? []).flatMap(({ option, name, known }) => {
    const same = others.map((names) =>
      names.find((other) => other.option === option && other.name === name),
    );
    if (same.includes(undefined)) return [];
    return { option, name, known: [...known, ...same.flatMap((other) => other?.known ?? [])] };
  });
}

/** The keys of a record; none of a list, a function or a name. */
function keysOf(value: unknown): string[] {
  return isObject(value) && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The names that are chosen, for all tasks or for some. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const values = isObject(value) ? Object.values(value).flat() : [];
  return values.filter((name) => typeof name === 'string');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
