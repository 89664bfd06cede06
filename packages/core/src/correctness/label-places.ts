import type { DataLocation } from '@embedllm/internals';
import { type GridShape, restride } from './restride.js';

/**
 * Remembers where each label of a grid came from in 6 bytes a label: its row number and an index
 * into a table of file names (8 bytes once there are more than 65,535 files).
 */
export class LabelPlaces {
  /** Row numbers; 0 where none is known. */
  #rows = new Uint32Array(0);
  /** Index into the names plus 1; 0 where no file is known. */
  #files: Uint16Array | Uint32Array = new Uint16Array(0);
  readonly #names: string[] = [];
  readonly #indices = new Map<string, number>();
  #lastName: string | undefined;
  #lastIndex = 0;

  /** Keeps the file and the row of a location. */
  set(cell: number, location: DataLocation): void {
    const { file, row } = location;
    if (row !== undefined && row > 0 && row <= 0xffffffff) this.#rows[cell] = row;
    if (file === undefined) return;
    // Records come file by file, so that the last name is nearly always the right one.
    if (file !== this.#lastName) {
      this.#lastName = file;
      this.#lastIndex = this.#indexOf(file);
    }
    this.#files[cell] = this.#lastIndex;
  }

  /** What `set` kept; empty for a cell that was never set. */
  get(cell: number): DataLocation {
    return {
      file: this.#names[(this.#files[cell] ?? 0) - 1],
      row: this.#rows[cell] || undefined,
    };
  }

  /** Follows the grid of labels to a larger shape. */
  restride(from: GridShape, to: GridShape): void {
    const size = to.rows * to.stride;
    this.#rows = restride(this.#rows, new Uint32Array(size), from, to);
    this.#files =
      this.#files instanceof Uint16Array
        ? restride(this.#files, new Uint16Array(size), from, to)
        : restride(this.#files, new Uint32Array(size), from, to);
  }

  #indexOf(file: string): number {
    const known = this.#indices.get(file);
    if (known !== undefined) return known;
    const index = this.#names.push(file);
    this.#indices.set(file, index);
    if (index === 0x10000) this.#files = Uint32Array.from(this.#files);
    return index;
  }
}
