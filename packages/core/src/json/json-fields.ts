import { DataError, type DataLocation } from '@embedllm/internals';
import { isPlainObject } from './canonical-json.js';

/** Reads the fields of a JSON object whose contents are not to be trusted. */
export class JsonFields {
  readonly #values: Record<string, unknown>;
  readonly #file: string;
  readonly #path: string;
  readonly #row: number | undefined;

  /**
   * @param path - Where in the file the object is, such as `training.`; empty for the whole file.
   * @throws DataError `invalid-data` when the value is not an object.
   */
  constructor(value: unknown, location: { file: string; path?: string; row?: number }) {
    this.#file = location.file;
    this.#path = location.path ?? '';
    this.#row = location.row;
    if (!isPlainObject(value)) {
      const field = this.#path === '' ? undefined : this.#path.slice(0, -1);
      throw new DataError('Must be a JSON object.', { ...this.location(''), field });
    }
    this.#values = value;
  }

  /** Where a field is, for error messages. */
  location(key: string): DataLocation {
    return { file: this.#file, row: this.#row, field: `${this.#path}${key}` };
  }

  /** The keys, in the order of the file. */
  keys(): string[] {
    return Object.keys(this.#values);
  }

  /** A copy of all fields, unchecked. */
  all(): Record<string, unknown> {
    return { ...this.#values };
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  string(key: string): string {
    const value = this.#values[key];
    if (typeof value !== 'string') throw this.#wrong(key, 'a string');
    return value;
  }

  /** A finite number. */
  number(key: string): number {
    const value = this.#values[key];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw this.#wrong(key, 'a finite number');
    }
    return value;
  }

  /** A finite number of at least 0. */
  amount(key: string): number {
    const value = this.number(key);
    if (value < 0) throw this.#wrong(key, 'at least 0');
    return value;
  }

  /** An integer from 0 to 2^53 - 1. */
  count(key: string): number {
    const value = this.#values[key];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw this.#wrong(key, 'an integer of at least 0');
    }
    return value;
  }

  strings(key: string): string[] {
    const value = this.#values[key];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw this.#wrong(key, 'a list of strings');
    }
    return value;
  }

  /** An object whose contents the caller does not look into. */
  record(key: string): Record<string, unknown> {
    const value = this.#values[key];
    if (!isPlainObject(value)) throw this.#wrong(key, 'an object');
    return value;
  }

  /** An object whose fields are read in turn. */
  fields(key: string): JsonFields {
    return new JsonFields(this.record(key), {
      file: this.#file,
      path: `${this.#path}${key}.`,
      ...(this.#row === undefined ? {} : { row: this.#row }),
    });
  }

  /** A list of objects whose fields are read in turn. */
  list(key: string): JsonFields[] {
    const value = this.#values[key];
    if (!Array.isArray(value)) throw this.#wrong(key, 'a list of objects');
    const items: Readonly<Record<string, unknown>> = Object.fromEntries(value.entries());
    const fields = new JsonFields(items, {
      file: this.#file,
      path: `${this.#path}${key}.`,
      ...(this.#row === undefined ? {} : { row: this.#row }),
    });
    return value.map((_, index) => fields.fields(String(index)));
  }

  #wrong(key: string, wanted: string): DataError {
    const value = this.#values[key];
    const found = value === undefined ? 'it is missing' : `it is ${JSON.stringify(value)}`;
    return new DataError(`Must be ${wanted}, but ${found.slice(0, 200)}.`, this.location(key));
  }
}
