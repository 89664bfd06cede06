import { DataError } from '@embedllm/core';
import { isJsonObject, ownValue } from '../jsonl/parse-object.js';
import type { TableRow } from '../tables/table-row.js';

/** What no answer costs, but a slip in a file: sums of it would not be finite. */
export const MOST_USD = 1e9;

/** A model that a routed request could have gone to. */
export interface DecisionCandidate {
  readonly model: string;
  /** What the router predicted of a right answer, from 0 to 1. */
  readonly probability: number;
  /** What the router expected it to cost in US dollars, where prices were known. */
  readonly expectedCostUsd?: number | undefined;
}

/** The fields of a line of decisions, checked. */
export class DecisionFields {
  readonly #file: string;
  readonly #row: TableRow;

  constructor(file: string, row: TableRow) {
    this.#file = file;
    this.#row = row;
  }

  text(name: string): string | undefined {
    const value = this.#row.value(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#row.value(name) === true;
  }

  /** Whether it is a list with entries, all of them among these. */
  isOf(name: string, known: readonly string[]): boolean {
    const value: unknown = this.#row.value(name);
    return Array.isArray(value) && value.length > 0 && value.every((one) => known.includes(one));
  }

  number(name: string, min: number, max: number): number | undefined {
    return this.#checked(name, this.#row.value(name), min, max);
  }

  candidates(): DecisionCandidate[] {
    const list = this.#row.value('candidates') ?? [];
    if (!Array.isArray(list)) throw this.wrong('candidates', 'must be a list');
    return list.map((candidate: unknown, index) => {
      const place = `candidates[${index}]`;
      const object = isJsonObject(candidate) ? candidate : undefined;
      const model = object && ownValue(object, 'model');
      if (!object || typeof model !== 'string') {
        throw this.wrong(`${place}.model`, 'must name a model');
      }
      const number = (name: string, max: number): number | undefined =>
        this.#checked(`${place}.${name}`, ownValue(object, name), 0, max);
      const probability = number('probability', 1);
      if (probability === undefined) throw this.wrong(`${place}.probability`, 'is missing');
      const expectedCostUsd = number('expectedCostUsd', MOST_USD);
      return { model, probability, ...(expectedCostUsd !== undefined && { expectedCostUsd }) };
    });
  }

  wrong(name: string, problem: string): DataError {
    return new DataError(`${problem}.`, {
      file: this.#file,
      row: this.#row.row,
      field: this.#row.field(name),
    });
  }

  #checked(name: string, value: unknown, min: number, max: number): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      const range = `from ${min} to ${max}`;
      throw this.wrong(name, `must be a number ${range}, but is ${JSON.stringify(value)}`);
    }
    return value;
  }
}
