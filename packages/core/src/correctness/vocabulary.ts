import { DataError, type DataLocation, EmbedLLMError } from '@embedllm/internals';

/** Names and their indices: either a closed list, or whatever occurs in order of appearance. */
export class Vocabulary {
  readonly #what: 'question' | 'model';
  readonly #indices = new Map<string, number>();
  readonly #closed: boolean;

  /** @throws EmbedLLMError `invalid-argument` when a given name is empty or occurs twice. */
  constructor(what: 'question' | 'model', names?: readonly string[]) {
    this.#what = what;
    this.#closed = names !== undefined;
    for (const name of names ?? []) {
      if (typeof name !== 'string' || name === '' || this.#indices.has(name)) {
        const problem = this.#indices.has(name) ? 'occurs twice' : 'is not a name';
        throw new EmbedLLMError(`${describeValue(name)} ${problem} in the list of ${what}s.`, {
          code: 'invalid-argument',
        });
      }
      this.#indices.set(name, this.#indices.size);
    }
  }

  get size(): number {
    return this.#indices.size;
  }

  names(): string[] {
    return [...this.#indices.keys()];
  }

  /**
   * The index that a name has, or would have once `accept` has taken it in.
   *
   * @throws DataError `invalid-data` when it is empty or not in the closed list.
   */
  find(name: string, location: DataLocation): number {
    const index = this.#indices.get(name);
    if (index !== undefined) return index;
    const { file, row } = location;
    if (typeof name !== 'string' || name === '') {
      throw new DataError(
        `the ${this.#what} must be a non-empty string, but is ${describeValue(name)}.`,
        { file, row },
      );
    }
    if (this.#closed) {
      throw new DataError(
        `the ${this.#what} ${JSON.stringify(name)} is not among the ${this.size} expected ${this.#what}s.`,
        { file, row },
      );
    }
    return this.#indices.size;
  }

  /** Takes in a name at the index that `find` gave. */
  accept(name: string, index: number): void {
    if (index === this.#indices.size) this.#indices.set(name, index);
  }
}

/** A value as it can stand in a message: texts quoted, all else as printed. */
export function describeValue(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
