import { DataError } from '@embedllm/core';

/** Reads fields of parsed JSON, which may be anything, and names the one that is wrong. */
export class JsonFields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #file: string;
  readonly #path: string;

  /** @throws DataError `invalid-data` when the value is not an object. */
  constructor(value: unknown, file: string, path = '') {
    this.#file = file;
    this.#path = path;
    if (!isRecord(value)) throw this.#wrong('', 'an object', value);
    this.#value = value;
  }

  number(name: string, least: number, most: number = Number.MAX_VALUE): number {
    const value = this.#field(name);
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw this.#wrong(name, `a number from ${least} to ${most}`, value);
  }

  /** An index below `count`. */
  index(name: string, count: number): number {
    const value = this.number(name, 0, count - 1);
    if (Number.isInteger(value)) return value;
    throw this.#wrong(name, 'an integer', value);
  }

  share(name: string): number {
    return this.number(name, 0, 1);
  }

  shareOrNull(name: string): number | null {
    return this.#field(name) === null ? null : this.share(name);
  }

  text(name: string): string {
    const value = this.#field(name);
    if (typeof value === 'string' && value !== '') return value;
    throw this.#wrong(name, 'a non-empty string', value);
  }

  object(name: string): JsonFields {
    return new JsonFields(this.#field(name), this.#file, this.#place(name));
  }

  isNull(name: string): boolean {
    return this.#field(name) === null;
  }

  /** The objects of a list. */
  objects(name: string): JsonFields[] {
    return this.#list(name).map(
      (value, index) => new JsonFields(value, this.#file, `${this.#place(name)}[${index}]`),
    );
  }

  /** A list of lists of objects. */
  objectLists(name: string): JsonFields[][] {
    return this.#list(name).map((value, index) =>
      new JsonFields({ '': value }, this.#file, `${this.#place(name)}[${index}]`).objects(''),
    );
  }

  /** The values of a list for which `accepts` holds, of the given length where there is one. */
  values<T>(
    name: string,
    options: {
      accepts: (value: unknown) => value is T;
      expected: string;
      length?: number | undefined;
    },
  ): T[] {
    const { accepts, expected, length } = options;
    const list = this.#list(name);
    if (length !== undefined && list.length !== length) {
      throw this.#wrong(name, `a list of ${length} values`, list.length);
    }
    return list.map((value, index) => {
      if (accepts(value)) return value;
      throw this.#wrong(`${name}[${index}]`, expected, value);
    });
  }

  /** @throws DataError about one field, for checks that go beyond its type. */
  refuse(name: string, expected: string): never {
    throw this.#wrong(name, expected, this.#field(name));
  }

  #list(name: string): unknown[] {
    const value = this.#field(name);
    if (Array.isArray(value)) return value;
    throw this.#wrong(name, 'a list', value);
  }

  #field(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
  }

  #place(name: string): string {
    return [this.#path, name].filter((part) => part !== '').join('.');
  }

  #wrong(name: string, expected: string, value: unknown): DataError {
    const found = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 40);
    return new DataError(`Must be ${expected}, but is ${found}.`, {
      file: this.#file,
      field: this.#place(name),
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
