import { quoteBriefly } from '../csv/columns.js';
import type { ReadRecordsOptions } from '../csv/read-records.js';
import { readRows, type TableSyntax } from './read-rows.js';
import { type ScoreScale, scoreOfValue } from './score-text.js';

/** Records that are looked at. */
const SAMPLED = 200;

/** The first records of a table. */
export class TableSample {
  readonly columns: readonly string[];
  readonly #values: ReadonlyMap<string, readonly unknown[]>;

  constructor(values: ReadonlyMap<string, readonly unknown[]>) {
    this.columns = [...values.keys()];
    this.#values = values;
  }

  /** The values of a column, without those that say nothing. */
  values(column: string): readonly unknown[] {
    return (this.#values.get(column) ?? []).filter((value) => scoreOfValue(value) !== null);
  }

  /** Whether all values are scores, and there is one. */
  isScore(column: string, scale: ScoreScale | undefined): boolean {
    const values = this.values(column);
    return values.length > 0 && values.every((value) => scoreOfValue(value, scale) !== undefined);
  }

  /** Whether all values are text or numbers. */
  isText(column: string): boolean {
    return this.values(column).every((value) => /^(?:string|number)$/.test(typeof value));
  }

  /** Whether all values are numbers, and there is one. */
  isNumber(column: string): boolean {
    const values = this.values(column);
    return values.length > 0 && values.every((value) => Number.isFinite(Number(textOf(value))));
  }

  /** Whether ids are all different although texts repeat. */
  numbersRows(id: string, prompt: string): boolean {
    const ids = this.values(id);
    const texts = this.values(prompt);
    return new Set(ids).size === ids.length && new Set(texts).size < texts.length;
  }
}

/** Reads the first 200 records. */
export async function readSample(
  file: string,
  syntax: TableSyntax,
  { signal, maxRecordBytes }: ReadRecordsOptions,
): Promise<TableSample> {
  const values = new Map<string, unknown[]>();
  let rows = 0;
  await readRows(
    file,
    syntax,
    (row) => {
      for (const column of row.columns) {
        const before = values.get(column) ?? [];
        before.push(row.value(column));
        values.set(column, before);
      }
      return ++rows === SAMPLED;
    },
    { signal, maxRecordBytes },
  );
  return new TableSample(values);
}

/** A value as it stands in a table. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : String(value);
}

/** Names of columns for messages, 20 at most. */
export function quotedNames(columns: readonly string[]): string {
  const names = columns.slice(0, 20).map((column) => quoteBriefly(column));
  return [...names, ...(columns.length > 20 ? ['…'] : [])].join(', ');
}
