import { MISSING } from '@embedllm/core';
import type { ModelLabels } from './model-labels.js';

/** A label that gives way to that of a run that was read before. */
export interface DroppedLabel {
  readonly model: number;
  readonly question: number;
  /** The run and line that it came from. */
  readonly run: number;
  readonly row: number;
  readonly value: number;
  /** The label in use. */
  readonly kept: number;
}

/** What becomes of questions and labels. */
export interface MergedQuestions {
  /** The questions that stay, in their order. */
  readonly staying: readonly number[];
  /** Those of them that have a key, by it. */
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  readonly dropped: readonly DroppedLabel[];
}

/**
 * Brings the labels of questions of the same key together at the first of them. Two questions stay
 * apart where one run has labels on both: then the benchmark itself has the question twice. Of
 * labels from several runs of a model that of the run that was read first stays.
 *
 * @param keys - Of each question; `undefined` matches nothing.
 */
export function mergeQuestions(
  keys: readonly (string | undefined)[],
  labels: readonly ModelLabels[],
): MergedQuestions {
  const staying: number[] = [];
  const dropped: DroppedLabel[] = [];
  const byKey = new Map<string, number[]>();
  for (const [question, key] of keys.entries()) {
    if (key === undefined) {
      staying.push(question);
      continue;
    }
    const earlier = byKey.get(key);
    if (earlier === undefined) {
      byKey.set(key, [question]);
      staying.push(question);
      continue;
    }
    const first = earlier.find((candidate) => !haveOneRun(labels, candidate, question));
    if (first === undefined) {
      earlier.push(question);
      staying.push(question);
      continue;
    }
    for (const [model, { values, runs, rows }] of labels.entries()) {
      if (values[question] === MISSING) continue;
      if (values[first] !== MISSING) {
        const isFirst = at(runs, first) <= at(runs, question);
        const [kept, gone] = isFirst ? [first, question] : [question, first];
        dropped.push({
          ...{ model, question: first, run: at(runs, gone), row: at(rows, gone) },
          ...{ value: at(values, gone), kept: at(values, kept) },
        });
        if (isFirst) continue;
      }
      values[first] = at(values, question);
      runs[first] = at(runs, question);
      rows[first] = at(rows, question);
    }
  }
  return { staying, byKey, dropped };
}

/** Moves the labels of the questions that stay to the front, in their order. */
export function keepQuestions(labels: readonly ModelLabels[], staying: readonly number[]): void {
  for (const kept of labels) {
    for (const [position, question] of staying.entries()) {
      kept.values[position] = at(kept.values, question);
      kept.runs[position] = at(kept.runs, question);
      kept.rows[position] = at(kept.rows, question);
    }
    kept.values.fill(MISSING, staying.length);
  }
}

/** Leaves the items at the positions in a list, in their order. */
export function keepItems(list: unknown[], positions: readonly number[]): void {
  const kept = positions.map((position) => list[position]);
  list.length = 0;
  for (const item of kept) list.push(item);
}

function haveOneRun(labels: readonly ModelLabels[], a: number, b: number): boolean {
  return labels.some(
    ({ values, runs }) => values[a] !== MISSING && values[b] !== MISSING && runs[a] === runs[b],
  );
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index]!;
}
