import type { LeaveOneOut } from './leave-one-out.js';

/** How good one round of leave-one-out predictions is; larger is better, first entries first. */
export interface ProbeScore {
  /** Compared one after the other, so that the later ones break ties of the first. */
  readonly statistics: readonly (readonly number[])[];
  /** Index of the predicted class, or the predicted number, n of them. */
  readonly predicted: Float64Array;
  readonly squaredError: number;
}

/** What a probe predicts, ready for permutation. */
export interface ProbeTarget {
  /** Scores the predictions when model i carries the value of model `places[i]`. */
  readonly score: (probe: LeaveOneOut, places: Uint32Array) => ProbeScore;
}

/** Classes: statistics are accuracy and balanced accuracy, ties broken by the squared error. */
export function classTarget(classes: Uint32Array, count: number): ProbeTarget {
  const n = classes.length;
  const sizes = new Float64Array(count);
  for (const label of classes) sizes[label] = sizes[label]! + 1;
  return {
    score: (probe, places) => {
      const targets = new Float64Array(n * count);
      for (let i = 0; i < n; i++) targets[i * count + classes[places[i]!]!] = 1;
      const shares = probe.predict(targets, count);
      const predicted = new Float64Array(n);
      let right = 0;
      const rightOfClass = new Float64Array(count);
      let squaredError = 0;
      for (let i = 0; i < n; i++) {
        let best = 0;
        for (let c = 0; c < count; c++) {
          const share = shares[i * count + c]!;
          if (share > shares[i * count + best]!) best = c;
          squaredError += (share - targets[i * count + c]!) ** 2;
        }
        predicted[i] = best;
        if (targets[i * count + best] === 1) {
          right++;
          rightOfClass[best] = rightOfClass[best]! + 1;
        }
      }
      const balanced = sizes.reduce((sum, n, c) => sum + rightOfClass[c]! / n, 0) / count;
      return {
        statistics: [
          [right / n, -squaredError],
          [balanced, -squaredError],
        ],
        predicted,
        squaredError,
      };
    },
  };
}

/** Numbers: the statistic is the squared error. */
export function numberTarget(values: Float64Array): ProbeTarget {
  const n = values.length;
  return {
    score: (probe, places) => {
      const targets = Float64Array.from({ length: n }, (_, i) => values[places[i]!]!);
      const predicted = probe.predict(targets, 1);
      let squaredError = 0;
      for (let i = 0; i < n; i++) {
        squaredError += (predicted[i]! - targets[i]!) ** 2;
      }
      return { statistics: [[-squaredError]], predicted, squaredError };
    },
  };
}

/**
 * Is `drawn` at least as good as `observed`? Rounding counts as a tie, and ties go to the next
 * entry.
 */
export function atLeastAsGood(drawn: readonly number[], observed: readonly number[]): boolean {
  for (let i = 0; i < observed.length; i++) {
    const [a, b] = [drawn[i]!, observed[i]!];
    if (Math.abs(a - b) > 1e-10 * Math.max(Math.abs(a), Math.abs(b))) return a > b;
  }
  return true;
}
