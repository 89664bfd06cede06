import { DataError } from '@embedllm/core';
import {
  describeRange,
  isIntegerIn,
  isJsonObject,
  type JsonObject,
  type NumberRange,
} from '@embedllm/internals';

/** Reads the stored settings of one kind of encoder, which may come from anywhere. */
export class StoredSettings {
  readonly #stored: Readonly<Record<string, unknown>>;

  /**
   * @param kind - The encoder's kind, for messages.
   * @throws DataError `invalid-artifact` when there are no settings, `unsupported-version` when
   * their format is not version 1.
   */
  constructor(kind: string, stored: Readonly<Record<string, unknown>> | undefined) {
    this.#stored = stored ?? {};
    if (typeof stored !== 'object' || stored === null) {
      throw new DataError(`The artifact has no settings for its \`${kind}\` encoder.`, {
        file: 'config.json',
        field: 'encoder.settings',
        code: 'invalid-artifact',
      });
    }
    const version = this.#value('formatVersion');
    if (version !== 1) {
      throw new DataError(
        `This version of @embedllm/question-encoder reads format 1 of the \`${kind}\` encoder, but found ${describe(version)}. A newer version may read it.`,
        {
          file: 'config.json',
          field: 'encoder.settings.formatVersion',
          code: 'unsupported-version',
        },
      );
    }
  }

  /** @throws DataError `invalid-artifact` naming the field. */
  integer(name: string, range: NumberRange): number {
    const value = this.#value(name);
    if (isIntegerIn(value, range)) return value;
    throw this.#wrong(name, describeRange('an integer', range));
  }

  /** @throws DataError `invalid-artifact` naming the field. */
  text(name: string): string {
    const value = this.#value(name);
    if (typeof value === 'string') return value;
    throw this.#wrong(name, 'a string');
  }

  /** @throws DataError `invalid-artifact` naming the field. */
  flag(name: string): boolean {
    const value = this.#value(name);
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, 'true or false');
  }

  /** A finite number. @throws DataError `invalid-artifact` naming the field. */
  number(name: string): number {
    const value = this.#value(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#wrong(name, 'a finite number');
  }

  /** @throws DataError `invalid-artifact` naming the field. */
  texts(name: string): readonly string[] {
    const value = this.#value(name);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.#wrong(name, 'a list of strings');
  }

  /** @throws DataError `invalid-artifact` naming the field. */
  numbers(name: string): readonly number[] {
    const value = this.#value(name);
    if (Array.isArray(value) && value.every((item) => Number.isFinite(item))) return value;
    throw this.#wrong(name, 'a list of numbers');
  }

  /** @throws DataError `invalid-artifact` naming the field. */
  objects(name: string): readonly JsonObject[] {
    const value = this.#value(name);
    if (Array.isArray(value) && value.every(isJsonObject)) return value;
    throw this.#wrong(name, 'a list of objects');
  }

  /** A JSON object, or nothing. @throws DataError `invalid-artifact` naming the field. */
  optionalObject(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#value(name);
    if (value === undefined || isJsonObject(value)) return value;
    throw this.#wrong(name, 'an object');
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#stored, name) ? this.#stored[name] : undefined;
  }

  #wrong(name: string, expected: string): DataError {
    return new DataError(`Must be ${expected}, but is ${describe(this.#value(name))}.`, {
      file: 'config.json',
      field: `encoder.settings.${name}`,
      code: 'invalid-artifact',
    });
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return value === null
    ? 'null'
    : `a value of type ${Array.isArray(value) ? 'array' : typeof value}`;
}
