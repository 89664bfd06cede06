import { MISSING } from '@embedllm/core';

/** Labels in a byte each, or scores; `MISSING` where there is none. */
export type Values = Uint8Array | Float64Array;

/** The labels of a model, by question, and the run and line that each came from. */
export interface ModelLabels {
  values: Values;
  runs: Uint32Array;
  rows: Uint32Array;
}

/** Room for the labels, or graded scores, of some questions. */
export function emptyLabels(length: number, isGraded: boolean): ModelLabels {
  const values = isGraded ? new Float64Array(length) : new Uint8Array(length);
  return {
    values: values.fill(MISSING),
    runs: new Uint32Array(length),
    rows: new Uint32Array(length),
  };
}

/** Makes room for more questions. */
export function enlargeLabels(kept: ModelLabels, length: number): void {
  const { values, runs, rows } = emptyLabels(length, kept.values instanceof Float64Array);
  values.set(kept.values);
  runs.set(kept.runs);
  rows.set(kept.rows);
  Object.assign(kept, { values, runs, rows });
}
