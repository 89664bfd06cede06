import { matchesPattern } from './match-pattern.js';

/**
 * One name, several in order of preference, names for each task (by its name or a pattern such as
 * `mmlu_*`), or a function that decides for each task.
 */
export type NameChoice =
  | string
  | readonly string[]
  | Readonly<Record<string, string | readonly string[]>>
  | ((task: string) => string | readonly string[] | undefined);

/** The names chosen for a task; `undefined` where none was. */
export function chosenNames(
  choice: NameChoice | undefined,
  task: string,
): readonly string[] | undefined {
  const names = typeof choice === 'function' ? choice(task) : forTask(choice, task);
  return typeof names === 'string' ? [names] : names;
}

function forTask(
  choice: Exclude<NameChoice, (task: string) => unknown> | undefined,
  task: string,
): string | readonly string[] | undefined {
  if (choice === undefined || typeof choice === 'string' || isList(choice)) return choice;
  return valueFor(choice, task);
}

/** What a record has for a name: under the name itself, else under the first pattern that it matches. */
export function valueFor<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  if (Object.hasOwn(record, name)) return record[name];
  const pattern = Object.keys(record).find((key) => matchesPattern(key, name));
  return pattern === undefined ? undefined : record[pattern];
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
