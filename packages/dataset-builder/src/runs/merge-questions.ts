import { MISSING } from '@embedllm/core';
import type { ModelLabels } from './model-labels.js';

/**
 * Brings the labels of questions of the same key together at the first of them. Two questions stay
 * apart where one run has labels on both: then the benchmark itself has the question twice. Of
 * labels from several runs of a model that of the run that was read first stays.
 *
 * @param keys - Of each question; `undefined` matches nothing.
 * @returns the questions that stay, in their order.
 */
export function mergeQuestions(
  keys: readonly (string | undefined)[],
  labels: readonly ModelLabels[],
): number[] {
  const staying: number[] = [];
  const kept = new Map<string, number[]>();
  for (const [question, key] of keys.entries()) {
    if (key === undefined) {
      staying.push(question);
      continue;
    }
    const earlier = kept.get(key);
    if (earlier === undefined) {
      kept.set(key, [question]);
      staying.push(question);
      continue;
    }
    const first = earlier.find((candidate) => !haveOneRun(labels, candidate, question));
    if (first === undefined) {
      earlier.push(question);
      staying.push(question);
      continue;
    }
    for (const { values, runs, rows } of labels) {
      if (values[question] === MISSING) continue;
      if (values[first] !== MISSING && at(runs, first) <= at(runs, question)) continue;
      values[first] = at(values, question);
      runs[first] = at(runs, question);
      rows[first] = at(rows, question);
    }
  }
  return staying;
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

function haveOneRun(labels: readonly ModelLabels[], a: number, b: number): boolean {
  return labels.some(
    ({ values, runs }) => values[a] !== MISSING && values[b] !== MISSING && runs[a] === runs[b],
  );
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index]!;
}
