import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';

/** One record of a table, whatever its format. */
export interface TableRow {
  /** Line on which it starts. */
  readonly row: number;
  /** Names of its columns. */
  readonly columns: readonly string[];
  /** Text in CSV, any value in JSON; `undefined` where there is none. */
  value(column: string): unknown;
  /** How messages name a column of it. */
  field(column: string): string;
  /** The names of the objects that a column is in, and its own. */
  path(column: string): readonly string[];
}

/** A record of a CSV file. */
export class CsvRow implements TableRow {
  readonly columns: readonly string[];
  row = 0;
  fields: readonly string[] = [];
  readonly #positions: ReadonlyMap<string, number>;

  constructor(columns: readonly string[]) {
    this.columns = columns;
    this.#positions = new Map(columns.map((name, position) => [name, position]));
  }

  value(column: string): string | undefined {
    const position = this.#positions.get(column);
    return position === undefined ? undefined : this.fields[position];
  }

  field(column: string): string {
    return column;
  }

  path(column: string): readonly string[] {
    return [column];
  }
}

/** How deep the names of nested fields reach: `result.passed` has depth 2. */
const MAX_DEPTH = 3;

/** A JSON object; `result.passed` is the field `passed` of the object in the field `result`. */
export class JsonRow implements TableRow {
  readonly row: number;
  readonly #object: JsonObject;
  readonly #place: string;

  /** @param place - Goes before the names of fields in messages, such as `[3].`. */
  constructor(object: JsonObject, row: number, place = '') {
    this.#object = object;
    this.row = row;
    this.#place = place;
  }

  get columns(): readonly string[] {
    return namesOf(this.#object, 1);
  }

  value(column: string): unknown {
    return valueAt(this.#object, column);
  }

  field(column: string): string {
    return this.#place + column;
  }

  path(column: string): readonly string[] {
    return pathIn(this.#object, column) ?? [column];
  }
}

/** Names may hold dots themselves: `scores.gpt-4.1` may be `gpt-4.1` in `scores`. */
function valueAt(object: JsonObject, column: string): unknown {
  const own = ownValue(object, column);
  if (own !== undefined) return own;
  for (let dot = column.indexOf('.'); dot >= 0; dot = column.indexOf('.', dot + 1)) {
    const inner = ownValue(object, column.slice(0, dot));
    const value = isJsonObject(inner) ? valueAt(inner, column.slice(dot + 1)) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

function pathIn(object: JsonObject, column: string): string[] | undefined {
  if (Object.hasOwn(object, column)) return [column];
  for (let dot = column.indexOf('.'); dot >= 0; dot = column.indexOf('.', dot + 1)) {
    const name = column.slice(0, dot);
    const inner = ownValue(object, name);
    const rest = isJsonObject(inner) ? pathIn(inner, column.slice(dot + 1)) : undefined;
    if (rest !== undefined) return [name, ...rest];
  }
  return undefined;
}

function namesOf(object: JsonObject, depth: number): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    isJsonObject(value) && depth < MAX_DEPTH
      ? namesOf(value, depth + 1).map((inner) => `${name}.${inner}`)
      : [name],
  );
}
