import { UsageError } from '../program/failure.js';

/** Nothing says how answers to a question of a table are scored. */
export function missingScorer(file: string, id: string): UsageError {
  return new UsageError(
    `${file}: question ${id} has no scorer. Add a column "scorer", or set one for all with --scorer, such as choice, number or exact.`,
  );
}
