import type { LabelEntries } from './label-entries.js';
import { type LabelStorage, type LabelVisitor, MISSING } from './label-storage.js';

/** Labels as compressed sparse rows: 5 bytes an observed label and 4 a question. */
export class SparseLabels implements LabelStorage {
  readonly kind = 'sparse';
  readonly modelCount: number;
  /** Where each question's entries begin, length Q + 1. */
  readonly offsets: Uint32Array;
  /** Models of the entries, ascending within a question. */
  readonly columns: Uint32Array;
  readonly values: Uint8Array;

  /** Sorts entries in time linear in their number, Q and M. */
  constructor({ questions, models, labels }: LabelEntries, Q: number, M: number) {
    const count = labels.length;
    // Two stable counting sorts: by model, then by question.
    const byModel = new Uint32Array(count);
    const ends = startsOf(models, M);
    for (let index = 0; index < count; index++) {
      const model = models[index]!;
      byModel[ends[model]!] = index;
      ends[model] = ends[model]! + 1;
    }
    this.modelCount = M;
    this.offsets = startsOf(questions, Q);
    this.columns = new Uint32Array(count);
    this.values = new Uint8Array(count);
    const next = this.offsets.slice();
    for (let order = 0; order < count; order++) {
      const index = byModel[order]!;
      const question = questions[index]!;
      const target = next[question]!;
      this.columns[target] = models[index]!;
      this.values[target] = labels[index]!;
      next[question] = target + 1;
    }
  }

  /** A question and model that have two entries. */
  firstRepeated(): { question: number; model: number } | undefined {
    for (let question = 0; question + 1 < this.offsets.length; question++) {
      const end = this.offsets[question + 1]!;
      for (let at = this.offsets[question]! + 1; at < end; at++) {
        if (this.columns[at] === this.columns[at - 1]) {
          return { question, model: this.columns[at]! };
        }
      }
    }
    return undefined;
  }

  get(question: number, model: number): number {
    let low = this.offsets[question] ?? 0;
    let high = this.offsets[question + 1] ?? low;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.columns[middle]! < model) low = middle + 1;
      else high = middle;
    }
    const found = low < (this.offsets[question + 1] ?? 0) && this.columns[low] === model;
    return found ? this.values[low]! : MISSING;
  }

  tile(start: number, end: number): Uint8Array {
    const M = this.modelCount;
    const tile = new Uint8Array((end - start) * M).fill(MISSING);
    this.forEach(
      (question, model, label) => {
        tile[(question - start) * M + model] = label;
      },
      [start, end],
    );
    return tile;
  }

  countObserved(): number {
    return this.values.length;
  }

  forEach(visit: LabelVisitor, [start, end]: readonly [number, number]): void {
    for (let question = start; question < end; question++) {
      const last = this.offsets[question + 1]!;
      for (let at = this.offsets[question]!; at < last; at++) {
        visit(question, this.columns[at]!, this.values[at] as 0 | 1);
      }
    }
  }
}

/** Where the entries of each index begin once they are sorted, length `size` + 1. */
function startsOf(indices: Uint32Array, size: number): Uint32Array {
  const starts = new Uint32Array(size + 1);
  for (let entry = 0; entry < indices.length; entry++) {
    const after = indices[entry]! + 1;
    starts[after] = starts[after]! + 1;
  }
  for (let index = 0; index < size; index++) {
    starts[index + 1] = starts[index + 1]! + starts[index]!;
  }
  return starts;
}
