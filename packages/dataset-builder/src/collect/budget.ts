/** Money that is not spent twice: what a call may cost is set aside before it starts. */
export class Budget {
  readonly #limit: number;
  #spent: number;
  #reserved = 0;
  #open = 0;
  #waiting: (() => void)[] = [];

  /** @param spent - Before this run, of the same limit; in US dollars, as all amounts. */
  constructor(limit: number | undefined, spent: number) {
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    this.#spent = spent;
  }

  get spent(): number {
    return this.#spent;
  }

  /**
   * Sets an amount aside, waiting for other calls to end where they hold too much.
   *
   * @returns whether there is enough; every reservation that is granted must be settled.
   */
  async reserve(amount: number): Promise<boolean> {
    while (this.#spent + this.#reserved + amount > this.#limit) {
      if (this.#open === 0) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#reserved += amount;
    this.#open++;
    return true;
  }

  /** Puts what a call did cost in the place of what was set aside for it. */
  settle(amount: number, cost: number): void {
    this.#open--;
    // Sums of fractions of a cent leave no residue once nothing is open.
    this.#reserved = this.#open === 0 ? 0 : this.#reserved - amount;
    this.#spent += cost;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
