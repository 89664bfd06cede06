import type { Command } from 'commander';
import { UsageError } from './failure.js';

/** What options call a value that is a place: a file, a folder, or either. */
const PLACE = /[<[](?:file|path|folder)s?\b/;

/**
 * Refuses empty texts where a place is needed. They come from variables that are not set, as in
 * `--answers "$ANSWERS"`, and would be taken for the current folder.
 *
 * @throws UsageError naming the option or argument.
 */
export function refuseEmptyPlaces(command: Command): void {
  for (const [at, argument] of command.registeredArguments.entries()) {
    // Of questions the command itself says that one is empty.
    if (argument.name() === 'questions') continue;
    if (isEmpty(command.processedArgs[at])) refuse(`The argument ${argument.name()}`);
  }
  for (let of: Command | null = command; of; of = of.parent) {
    for (const option of of.options) {
      const value: unknown = of.getOptionValue(option.attributeName());
      if (PLACE.test(option.flags) && isEmpty(value)) refuse(option.long ?? option.flags);
    }
  }
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isEmpty) : typeof value === 'string' && !value.trim();
}

function refuse(what: string): never {
  throw new UsageError(`${what} is empty. Is a variable not set?`);
}
