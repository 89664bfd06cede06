import { basename } from 'node:path';
import { matchesPattern } from './match-pattern.js';

/**
 * Names for the models of runs: by file (a path, a name, or a pattern such as `run-a/*`), or a function.
 * Where it gives none, the default stands.
 */
export type ModelNames<Run> = Readonly<Record<string, string>> | ((run: Run) => string | undefined);

/** Whether a file is meant by a path, a name or a pattern. */
export function isNamedBy(pattern: string, file: string): boolean {
  return (
    matchesPattern(pattern, basename(file)) ||
    matchesPattern(pattern, file) ||
    matchesPattern(`*/${pattern}`, file)
  );
}

/** The shortest end of a file's path that means no other file, for `isNamedBy`. */
export function shortName(file: string, files: readonly string[]): string {
  const parts = file.split('/');
  for (let count = 1; count < parts.length; count++) {
    const name = parts.slice(-count).join('/');
    if (files.every((other) => other === file || !isNamedBy(name, other))) return name;
  }
  return file;
}

/** The name given to a run; `undefined` where none is. */
export function givenName<Run extends { readonly file: string }>(
  names: ModelNames<Run> | undefined,
  run: Run,
): string | undefined {
  if (names === undefined) return undefined;
  if (typeof names === 'function') return names(run);
  const pattern = Object.keys(names).find((key) => isNamedBy(key, run.file));
  return pattern === undefined ? undefined : names[pattern];
}
