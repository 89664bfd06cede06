import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../../program/failure.js';

/** The tables that a build writes, as they are named with and without compression. */
const WRITTEN = /^(questions|models|responses|splits)\.csv(\.gz)?$/;

/**
 * Refuses to write a dataset over what it is made of: tables keep the columns that they need, and
 * others of the source would be lost.
 *
 * @throws UsageError
 */
export async function assertApartFromSources(
  output: string,
  sources: readonly string[],
): Promise<void> {
  const target = await real(output);
  for (const source of sources) {
    const path = await real(source);
    const isReplaced =
      path === target || (dirname(path) === target && WRITTEN.test(basename(path)));
    if (isReplaced) {
      throw new UsageError(
        `${source} would be overwritten by the dataset built from it. Choose another folder with --output.`,
      );
    }
  }
}

async function real(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
