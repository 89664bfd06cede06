import { quoteBriefly } from '../csv/columns.js';
import type { ReadRecordsOptions } from '../csv/read-records.js';
import { chatText } from './chat-text.js';
import { readRows, type TableSyntax } from './read-rows.js';
import { type ScoreScale, scoreOfValue } from './score-text.js';

/** Records that are looked at. */
const SAMPLED = 200;

/** What every line of a gateway's log has that is not about an outcome. */
const LOG_COLUMNS = ['prompt_id', 'outcome', 'durationMs', 'attempts'];

/** The first records of a table. */
export class TableSample {
  readonly columns: readonly string[];
  readonly #values: ReadonlyMap<string, readonly unknown[]>;
  readonly #paths: ReadonlyMap<string, readonly string[]>;

  constructor(
    values: ReadonlyMap<string, readonly unknown[]>,
    paths: ReadonlyMap<string, readonly string[]>,
  ) {
    this.columns = [...values.keys()];
    this.#values = values;
    this.#paths = paths;
  }

  /** Whether it is a gateway's log of decisions, which grows: a process that was killed leaves a torn line. */
  get isLog(): boolean {
    return LOG_COLUMNS.every((name) => this.columns.includes(name));
  }

  /** Names of columns without the objects that all of them are in: `gpt` of `scores.gpt`. */
  innerNames(columns: readonly string[]): string[] {
    const paths = columns.map((column) => this.path(column));
    const [first = []] = paths;
    const depth = Math.min(first.length, ...paths.map(({ length }) => length));
    const isShared = (at: number): boolean => paths.every((path) => path.at(at) === first.at(at));
    let start = 0;
    while (start < depth - 1 && isShared(start)) start++;
    let end = 0;
    while (columns.length > 1 && end < depth - 1 - start && isShared(-1 - end)) end++;
    return paths.map((path) => path.slice(start, path.length - end).join('.'));
  }

  /** The names of the objects that a column is in, and its own. */
  path(column: string): readonly string[] {
    return this.#paths.get(column) ?? [column];
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
  const paths = new Map<string, readonly string[]>();
  let rows = 0;
  await readRows(
    file,
    syntax,
    (row) => {
      for (const column of row.columns) {
        const before = values.get(column) ?? [];
        const value = row.value(column);
        before.push(chatText(value) ?? value);
        values.set(column, before);
        if (!paths.has(column)) paths.set(column, row.path(column));
      }
      return ++rows === SAMPLED;
    },
    // Whether there may be torn lines is for the reading of the whole to say.
    { signal, maxRecordBytes, onTorn: () => undefined },
  );
  return new TableSample(values, paths);
}

/** A value as it stands in a table. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : String(value);
}

/** Names of columns for messages, 20 at most. */
export function quotedNames(columns: readonly string[]): string {
  if (columns.length === 0) return 'no columns';
  const names = columns.slice(0, 20).map((column) => quoteBriefly(column));
  return [...names, ...(columns.length > 20 ? ['…'] : [])].join(', ');
}
