import type { DataLocation } from '@embedllm/internals';
import type { LabelCollector } from './label-collector.js';
import type { LabelEntries } from './label-entries.js';
import { LabelPlaces } from './label-places.js';
import { MISSING } from './label-storage.js';

/** Collects labels in a list with a hash index: about 30 bytes a label, however large the matrix. */
export class LabelList implements LabelCollector {
  readonly #places = new LabelPlaces();
  #rows = new Uint32Array(0);
  #cols = new Uint32Array(0);
  #labels = new Uint8Array(0);
  #size = 0;
  /** Open addressing by linear probing: an entry plus 1; 0 where free. At most half full. */
  #slots = new Uint32Array(2);

  get size(): number {
    return this.#size;
  }

  get(row: number, col: number): number {
    const entry = this.#find(row, col);
    return entry < 0 ? MISSING : this.#labels[entry]!;
  }

  placeOf(row: number, col: number): DataLocation {
    return this.#places.get(this.#find(row, col));
  }

  add(row: number, col: number, label: number, location: DataLocation): void {
    if (this.#size === this.#labels.length) this.#grow();
    const entry = this.#size++;
    this.#rows[entry] = row;
    this.#cols[entry] = col;
    this.#labels[entry] = label;
    this.#places.set(entry, location);
    this.#index(entry);
  }

  entries(): LabelEntries {
    return {
      questions: this.#rows.slice(0, this.#size),
      models: this.#cols.slice(0, this.#size),
      labels: this.#labels.slice(0, this.#size),
    };
  }

  #find(row: number, col: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(row, col) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0 || (this.#rows[entry] === row && this.#cols[entry] === col)) return entry;
    }
  }

  #index(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = hashOf(this.#rows[entry]!, this.#cols[entry]!) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #grow(): void {
    const from = this.#labels.length;
    const to = Math.max(1024, Math.ceil(1.5 * from));
    this.#rows = copyInto(new Uint32Array(to), this.#rows);
    this.#cols = copyInto(new Uint32Array(to), this.#cols);
    this.#labels = copyInto(new Uint8Array(to), this.#labels);
    this.#places.restride({ rows: from, stride: 1 }, { rows: to, stride: 1 });
    if (2 * to <= this.#slots.length) return;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * to)));
    for (let entry = 0; entry < this.#size; entry++) this.#index(entry);
  }
}

function hashOf(row: number, col: number): number {
  let hash = Math.imul(row, 0x9e3779b1) ^ Math.imul(col + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function copyInto<T extends Uint8Array | Uint32Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
