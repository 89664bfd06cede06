/** Joins items into groups (union-find with path halving). */
export class DisjointSets {
  readonly #parent: Uint32Array;

  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, index) => index);
  }

  join(a: number, b: number): void {
    const first = this.#root(a);
    const second = this.#root(b);
    // The lower index leads, so that groups do not depend on the order of joining.
    if (first < second) this.#parent[second] = first;
    else this.#parent[first] = second;
  }

  /** The group of each item, numbered from 0 in order of first appearance. */
  groups(): Uint32Array {
    const numbers = new Map<number, number>();
    return this.#parent.map((_, item) => {
      const root = this.#root(item);
      const number = numbers.get(root) ?? numbers.size;
      numbers.set(root, number);
      return number;
    });
  }

  #root(item: number): number {
    const parent = this.#parent;
    let at = item;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  }
}
