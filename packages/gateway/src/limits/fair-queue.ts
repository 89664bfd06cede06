/**
 * Those that wait, by who they are: by their keys first, say, and by their addresses then. At each level all take
 * turns, however many of one of them wait; those that are the same at all levels come first come, first served.
 */
export class FairQueue<T> {
  /** In the order of their turns. */
  readonly #branches = new Map<string, FairQueue<T>>();
  readonly #own = new Set<T>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param path - Who it is, from the first level to the last. */
  add(entry: T, [name, ...rest]: readonly string[]): void {
    this.#size++;
    if (name === undefined) {
      this.#own.add(entry);
      return;
    }
    const branch = this.#branches.get(name) ?? new FairQueue<T>();
    this.#branches.set(name, branch);
    branch.add(entry, rest);
  }

  /** @returns whether it was there. */
  delete(entry: T, [name, ...rest]: readonly string[]): boolean {
    if (name === undefined) {
      const isOwn = this.#own.delete(entry);
      if (isOwn) this.#size--;
      return isOwn;
    }
    const branch = this.#branches.get(name);
    if (!branch?.delete(entry, rest)) return false;
    this.#size--;
    if (branch.size === 0) this.#branches.delete(name);
    return true;
  }

  /** Takes out who is next. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#size--;
    const [turn] = this.#branches;
    if (!turn) {
      const [entry] = this.#own;
      if (entry !== undefined) this.#own.delete(entry);
      return entry;
    }
    const [name, branch] = turn;
    const entry = branch.shift();
    // Its next turn comes after those of all others.
    this.#branches.delete(name);
    if (branch.size > 0) this.#branches.set(name, branch);
    return entry;
  }

  /** The last of those with so many more waiting that a newcomer may have its place, if anybody has. */
  greediest([name, ...rest]: readonly string[]): T | undefined {
    if (name === undefined) return undefined;
    const own = this.#branches.get(name);
    const longest = this.#longest();
    if (longest && longest.size > (own?.size ?? 0) + 1) return longest.#last();
    return own?.greediest(rest);
  }

  #longest(): FairQueue<T> | undefined {
    let longest: FairQueue<T> | undefined;
    for (const branch of this.#branches.values()) {
      if (branch.size > (longest?.size ?? 0)) longest = branch;
    }
    return longest;
  }

  #last(): T | undefined {
    const longest = this.#longest();
    return longest ? longest.#last() : [...this.#own].at(-1);
  }
}
