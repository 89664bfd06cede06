import type { DataLocation } from '@embedllm/internals';
import type { LabelEntries } from './label-entries.js';

/** Labels that are being collected, each with its place. */
export interface LabelCollector {
  /** How many labels there are. */
  readonly size: number;
  /** 0, 1 or `MISSING`. */
  get(row: number, col: number): number;
  placeOf(row: number, col: number): DataLocation;
  /** Adds a label that is not there yet, within the room reserved. */
  add(row: number, col: number, label: number, location: DataLocation): void;
  /** All labels, in any order. */
  entries(): LabelEntries;
}

/** Copies what one collector has into another. */
export function moveLabels<T extends LabelCollector>(from: LabelCollector, to: T): T {
  const { questions, models, labels } = from.entries();
  for (let index = 0; index < labels.length; index++) {
    const row = questions[index]!;
    const col = models[index]!;
    to.add(row, col, labels[index]!, from.placeOf(row, col));
  }
  return to;
}
