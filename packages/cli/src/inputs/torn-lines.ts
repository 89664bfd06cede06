import { quantity } from '@embedllm/internals';
import type { Context } from '../program/context.js';

/** Counts the torn lines of a log, to warn of them when it is read. */
export class TornLines {
  readonly #rows: number[] = [];

  readonly onTorn = (row: number): void => {
    this.#rows.push(row);
  };

  /** @param file - As it was named. */
  warn(context: Context, file: string): void {
    warnOfTornLines(context, file, this.#rows);
  }
}

/** Warns of lines that were left out of a log. */
export function warnOfTornLines(context: Context, file: string, rows: readonly number[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const lines = quantity(rows.length, 'incomplete line');
  const verb = rows.length === 1 ? 'was' : 'were';
  context.warn(`${lines} of ${file} ${verb} left out, the first in row ${first}.`);
}
