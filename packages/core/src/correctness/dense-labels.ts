import { type LabelStorage, type LabelVisitor, MISSING } from './label-storage.js';

/** Labels as a row-major table of bytes, shape [Q, M]. */
export class DenseLabels implements LabelStorage {
  readonly kind = 'dense';
  readonly modelCount: number;
  readonly values: Uint8Array;

  constructor(values: Uint8Array, modelCount: number) {
    this.values = values;
    this.modelCount = modelCount;
  }

  get(question: number, model: number): number {
    return this.values[question * this.modelCount + model] ?? MISSING;
  }

  /** A view. */
  tile(start: number, end: number): Uint8Array {
    return this.values.subarray(start * this.modelCount, end * this.modelCount);
  }

  countObserved(): number {
    let observed = 0;
    // An index loop: iterating a typed array with for-of takes several times as long.
    for (let index = 0; index < this.values.length; index++) {
      if (this.values[index] !== MISSING) observed++;
    }
    return observed;
  }

  forEach(visit: LabelVisitor, [start, end]: readonly [number, number]): void {
    let index = start * this.modelCount;
    for (let question = start; question < end; question++) {
      for (let model = 0; model < this.modelCount; model++, index++) {
        const label = this.values[index];
        if (label === 0 || label === 1) visit(question, model, label);
      }
    }
  }
}
