import fc from 'fast-check';
import { CorrectnessMatrix } from '../src/correctness/correctness-matrix.js';
import { MISSING } from '../src/correctness/label-storage.js';
import { Matrix } from '../src/matrix/matrix.js';

/** Labels written out question by question, `null` where missing. */
export function labelsOf(rows: ReadonlyArray<ReadonlyArray<0 | 1 | null>>): CorrectnessMatrix {
  return new CorrectnessMatrix({
    questions: rows.map((_, index) => `q${index}`),
    models: (rows[0] ?? []).map((_, index) => `m${index}`),
    labels: Uint8Array.from(rows.flat(), (label) => label ?? MISSING),
  });
}

/** A label that is observed, with the prediction for it. */
export interface Pair {
  readonly prediction: number;
  readonly label: 0 | 1;
}

/** Predictions and labels of equal shape, at least one label observed; ties are frequent. */
export const predictedLabels: fc.Arbitrary<{
  predictions: Matrix;
  truth: CorrectnessMatrix;
  /** The observed labels with their predictions. */
  pairs: Pair[];
}> = fc
  .record({ questions: fc.integer({ min: 1, max: 8 }), models: fc.integer({ min: 1, max: 5 }) })
  .chain(({ questions, models }) => {
    const size = { minLength: questions * models, maxLength: questions * models };
    const probability = fc.oneof(
      fc.constantFrom(0, 0.25, 0.5, 1),
      fc.float({ min: 0, max: 1, noNaN: true }),
    );
    return fc.record({
      labels: fc
        .array(fc.constantFrom<0 | 1 | null>(0, 1, null), size)
        .filter((labels) => labels.some((label) => label !== null)),
      values: fc.array(probability, size),
      models: fc.constant(models),
      questions: fc.constant(questions),
    });
  })
  .map(({ labels, values, models, questions }) => {
    const predictions = new Matrix(questions, models, Float32Array.from(values));
    const rows = Array.from({ length: questions }, (_, q) =>
      labels.slice(q * models, (q + 1) * models),
    );
    const pairs = labels.flatMap((label, index) =>
      label === null ? [] : [{ prediction: predictions.data[index]!, label }],
    );
    return { predictions, truth: labelsOf(rows), pairs };
  });
