import { DataError } from '@embedllm/core';

/** Reads a JSON file of a model; `undefined` where the model has no such file. */
export type ReadModelJson = (path: string) => Promise<unknown>;

/** Fields of one of a model's JSON files, which may hold anything. */
export class ModelFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #file: string;
  readonly #row: number | undefined;

  /** @throws DataError `invalid-data` when the value is not an object. */
  constructor(value: unknown, file: string, row?: number) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DataError('Must be an object.', { file, row });
    }
    this.#fields = { ...value };
    this.#file = file;
    this.#row = row;
  }

  /** The names of all fields. */
  names(): string[] {
    return Object.keys(this.#fields);
  }

  /** The value of a field, whatever it is; null counts as absent. */
  get(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined;
  }

  /** @throws DataError `invalid-data` naming the field. */
  text(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong('a string', name);
  }

  /** @throws DataError `invalid-data` naming the field. */
  flag(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#wrong('true or false', name);
  }

  /** @throws DataError `invalid-data` naming the field. */
  count(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    throw this.#wrong('a positive integer', name);
  }

  /** An object of strings. @throws DataError `invalid-data` naming the field. */
  texts(name: string): ReadonlyMap<string, string> {
    const value = this.get(name);
    if (value === undefined) return new Map();
    const fields = new ModelFields(value, this.#file);
    return new Map(fields.names().map((key) => [key, fields.text(key) ?? '']));
  }

  /** A field that must be there. @throws DataError `invalid-data` naming the field. */
  required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw new DataError('The field is missing.', {
      file: this.#file,
      row: this.#row,
      field: name,
    });
  }

  /** The plain name of a folder in the model. @throws DataError `invalid-data` naming the field. */
  folder(name: string): string {
    const value = this.required(name, this.text(name));
    if (isPlainFolder(value)) return value;
    throw this.#wrong('the plain name of a folder', name);
  }

  #wrong(expected: string, field: string): DataError {
    return new DataError(`Must be ${expected}.`, { file: this.#file, row: this.#row, field });
  }
}

/** Whether a path names a folder of the model and nothing above or next to it. */
export function isPlainFolder(path: string): boolean {
  return /^\w[\w.-]*$/.test(path);
}
