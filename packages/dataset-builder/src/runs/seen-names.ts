/** Options whose values are names that only samples have. */
export type SampleOption = 'filter' | 'metric' | 'scorer' | 'value';

/** Names that samples have and options may choose from, of all logs that were read. */
export class SeenNames {
  readonly #names = new Map<SampleOption, Set<string>>();

  add(option: SampleOption, names: Iterable<string>): void {
    const seen = this.#names.get(option) ?? new Set();
    for (const name of names) seen.add(name);
    this.#names.set(option, seen);
  }

  of(option: SampleOption): Iterable<string> {
    return this.#names.get(option) ?? [];
  }
}
