import type { DataLocation } from '@embedllm/internals';
import type { LabelCollector } from './label-collector.js';
import type { LabelEntries } from './label-entries.js';
import { LabelPlaces } from './label-places.js';
import { MISSING } from './label-storage.js';
import { restride } from './restride.js';

/** Collects labels in a table that grows: 7 bytes for each question and model. */
export class LabelGrid implements LabelCollector {
  readonly #places = new LabelPlaces();
  /** Shape [#rows, #stride], row-major. */
  #labels = new Uint8Array(0);
  #rows = 0;
  #stride = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(row: number, col: number): number {
    if (row >= this.#rows || col >= this.#stride) return MISSING;
    return this.#labels[row * this.#stride + col]!;
  }

  placeOf(row: number, col: number): DataLocation {
    return this.#places.get(row * this.#stride + col);
  }

  /** Whether there is room for the cell (row, col). */
  has(row: number, col: number): boolean {
    return row < this.#rows && col < this.#stride;
  }

  /** Makes room for `neededRows` x `neededCols`, at most `maxCells`, and some more. */
  grow(neededRows: number, neededCols: number, maxCells: number): void {
    let rows = roomFor(neededRows, this.#rows);
    let cols = roomFor(neededCols, this.#stride);
    if (rows * cols > maxCells) {
      // Near the limit columns go without reserve, and rows take what is left.
      cols = neededCols;
      rows = Math.min(rows, Math.floor(maxCells / cols));
    }
    const from = { rows: this.#rows, stride: this.#stride };
    const to = { rows, stride: cols };
    this.#labels = restride(this.#labels, new Uint8Array(rows * cols).fill(MISSING), from, to);
    this.#places.restride(from, to);
    this.#rows = rows;
    this.#stride = cols;
  }

  add(row: number, col: number, label: number, location: DataLocation): void {
    const cell = row * this.#stride + col;
    this.#labels[cell] = label;
    this.#places.set(cell, location);
    this.#size++;
  }

  /** Row-major labels of the first rows and columns. */
  table(rows: number, cols: number): Uint8Array {
    const labels = new Uint8Array(rows * cols).fill(MISSING);
    const width = Math.min(this.#stride, cols);
    for (let row = 0; row < Math.min(this.#rows, rows); row++) {
      const start = row * this.#stride;
      labels.set(this.#labels.subarray(start, start + width), row * cols);
    }
    return labels;
  }

  entries(): LabelEntries {
    const questions = new Uint32Array(this.#size);
    const models = new Uint32Array(this.#size);
    const labels = new Uint8Array(this.#size);
    let next = 0;
    for (let row = 0, cell = 0; row < this.#rows; row++) {
      for (let col = 0; col < this.#stride; col++, cell++) {
        const label = this.#labels[cell]!;
        if (label === MISSING) continue;
        questions[next] = row;
        models[next] = col;
        labels[next++] = label;
      }
    }
    return { questions, models, labels };
  }
}

/** The present room where it suffices, else half as much again. */
function roomFor(needed: number, present: number): number {
  return needed <= present ? present : Math.max(needed, Math.ceil(1.5 * present));
}
