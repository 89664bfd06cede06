import { DataError } from '@embedllm/core';
import { decimalCommaHint, didYouMean, isJsonObject } from '@embedllm/internals';

/** Where a number may lie. */
export interface NumberRange {
  readonly default: number;
  readonly min: number;
  readonly max?: number;
  /** @default true */
  readonly integer?: boolean;
}

/** Reads the fields of a configuration; unknown fields are errors. */
export class ConfigurationFields {
  readonly #values: Map<string, unknown>;
  readonly #file: string | undefined;
  readonly #path: string;
  readonly #mistakes: DataError[] | undefined;

  /**
   * @param mistakes - Takes all that is wrong; without it, the first mistake is thrown.
   * @throws DataError `invalid-data` when the value is not an object.
   */
  constructor(value: unknown, file: string | undefined, path = '', mistakes?: DataError[]) {
    this.#file = file;
    this.#path = path;
    this.#mistakes = mistakes;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw new DataError(`Must be an object, but is ${describe(value)}.`, {
        file,
        field: path === '' ? undefined : path.slice(0, -1),
      });
    }
    this.#values = new Map(Object.entries(value));
  }

  /** @throws DataError naming the first field that is not among `known`. */
  allow(known: readonly string[]): this {
    for (const key of this.#values.keys()) {
      if (known.includes(key)) continue;
      const hint = didYouMean(key, known);
      this.guard(() => this.fail(key, `Unknown setting.${hint} Available: ${known.join(', ')}.`));
    }
    return this;
  }

  /** Reads a part that no other depends on: while errors are collected, they are caught here. */
  guard<T>(read: () => T): T | undefined {
    if (!this.#mistakes) return read();
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#mistakes.push(error);
      return undefined;
    }
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  has(key: string): boolean {
    return this.#values.get(key) !== undefined && this.#values.get(key) !== null;
  }

  isObject(key: string): boolean {
    return isJsonObject(this.#values.get(key));
  }

  isList(key: string): boolean {
    return Array.isArray(this.#values.get(key));
  }

  fail(key: string, message: string): never {
    throw new DataError(message, { file: this.#file, field: `${this.#path}${key}` });
  }

  text(key: string, fallback?: string): string {
    const value = this.has(key) ? this.#values.get(key) : fallback;
    if (typeof value !== 'string' || value.trim() === '') {
      this.fail(key, `Must be a string, but ${missing(value)}.`);
    }
    return value;
  }

  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  number(key: string, { default: fallback, min, max, integer = true }: NumberRange): number {
    const value = this.has(key) ? this.#values.get(key) : fallback;
    const top = max ?? Number.MAX_SAFE_INTEGER;
    const isRight =
      typeof value === 'number' &&
      value >= min &&
      value <= top &&
      (integer ? Number.isSafeInteger(value) : true);
    if (!isRight) {
      const kind = integer ? 'an integer' : 'a number';
      const range = max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
      const message = `Must be ${kind} ${range}, but is ${describe(value)}.${decimalCommaHint(value)}`;
      return this.guard((): never => this.fail(key, message)) ?? fallback;
    }
    return value;
  }

  /** An optional number, at least 0. */
  optionalNumber(key: string, range: Partial<NumberRange> = {}): number | undefined {
    return this.has(key) ? this.number(key, { default: 0, min: 0, ...range }) : undefined;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.has(key) ? this.#values.get(key) : fallback;
    if (typeof value !== 'boolean') {
      const message = `Must be true or false, but is ${describe(value)}.`;
      return this.guard((): never => this.fail(key, message)) ?? fallback;
    }
    return value;
  }

  list(key: string): readonly unknown[] {
    const value = this.has(key) ? this.#values.get(key) : [];
    if (!Array.isArray(value)) this.fail(key, `Must be a list, but is ${describe(value)}.`);
    return value;
  }

  texts(key: string): string[] {
    return this.list(key).map((value, index) => {
      if (typeof value !== 'string' || value === '') {
        this.fail(`${key}[${index}]`, `Must be a string, but is ${describe(value)}.`);
      }
      return value;
    });
  }

  /** One of the given choices. */
  choice<Choice extends string>(
    key: string,
    choices: readonly Choice[],
    fallback?: Choice,
  ): Choice {
    return this.#oneOf(key, this.text(key, fallback), choices);
  }

  /** A list of the given choices. */
  choices<Choice extends string>(key: string, choices: readonly Choice[]): Choice[] {
    return this.texts(key).map((text, index) => this.#oneOf(`${key}[${index}]`, text, choices));
  }

  #oneOf<Choice extends string>(field: string, text: string, choices: readonly Choice[]): Choice {
    const known = choices.find((choice) => choice === text);
    if (known !== undefined) return known;
    this.fail(field, `Must be one of ${choices.join(', ')}.${didYouMean(text, choices)}`);
  }

  /** The fields of an optional object. */
  fields(key: string): ConfigurationFields {
    const value = this.has(key) ? this.#values.get(key) : {};
    return this.#inner(value, `${key}.`);
  }

  /** The fields of each object of a list. */
  items(key: string): ConfigurationFields[] {
    return this.list(key).map((value, index) => this.#inner(value, `${key}[${index}].`));
  }

  #inner(value: unknown, path: string): ConfigurationFields {
    return new ConfigurationFields(value, this.#file, this.#path + path, this.#mistakes);
  }
}

function missing(value: unknown): string {
  return value === undefined || value === null ? 'is missing' : `is ${describe(value)}`;
}

/** The kind of a value; never the text itself, which could be a key in the wrong place. */
function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return value.trim() === '' ? 'empty' : 'a text';
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'an object';
  return String(value);
}
