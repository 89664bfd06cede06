import { describe, expect, it } from 'vitest';
import { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { Matrix } from '../matrix/matrix.js';
import { FactorizationModel } from '../model/factorization-model.js';
import { restoreFamiliarity } from './familiarity.js';
import { fitFamiliarity } from './fit-familiarity.js';

const model = new FactorizationModel({
  models: ['a', 'b'],
  modelEmbeddings: Matrix.fromRows([[1], [1]]),
  projection: Matrix.fromRows([[0, 0, 0]]),
  projectionBias: Float32Array.of(0),
  classifier: Matrix.fromRows([[0], [1]]),
  classifierBias: Float32Array.of(0, 0),
});
/** Two kinds on two axes; the third column is not for the classifiers. */
const heldOut = Matrix.fromRows(
  Array.from({ length: 40 }, (_, q) => (q % 2 === 0 ? [1 + q / 40, 0, 0] : [0, 1 + q / 40, 0])),
);
const questions = Array.from({ length: 40 }, (_, q) => String(q));
const correctness = new CorrectnessMatrix({
  ...{ questions, models: ['a', 'b'] },
  labels: Uint8Array.from({ length: 80 }, (_, at) => at % 2),
});
const kinds = {
  weights: Matrix.fromRows([
    [4, -4],
    [-4, 4],
  ]),
  bias: Float32Array.of(0, 0),
};
const coverage = Float32Array.from({ length: 40 }, (_, q) => 0.5 + q / 80);
const fit = (options = {}) =>
  fitFamiliarity({
    ...{ model, train: heldOut, clusters: 2 },
    ...{ heldOut: { embeddings: heldOut, correctness, coverage }, kinds, ...options },
  });

describe('familiarity by known kinds', () => {
  it('finds a question between the kinds unfamiliar, though its words are known', () => {
    const between = Float32Array.of(1, 1, 0);
    const within = Float32Array.of(1.5, 0, 0);
    const [plain, both] = [fit({ kinds: undefined }), fit()];
    expect(plain.assess(between, 0.75).familiarity).toBe(plain.assess(within, 0.75).familiarity);
    expect(both.assess(between, 0.75).familiarity).toBeLessThan(
      both.assess(within, 0.75).familiarity - 0.1,
    );
  });

  it('spreads held-out questions evenly, and comes back through JSON', () => {
    const familiarity = restoreFamiliarity(JSON.parse(JSON.stringify(fit().record)));
    const shares = questions.map(
      (_, q) => familiarity.assess(heldOut.row(q), coverage[q]).familiarity,
    );
    expect(shares.filter((share) => share < 0.5).length).toBeGreaterThan(17);
    expect(shares.filter((share) => share < 0.5).length).toBeLessThan(23);
    expect(familiarity.record.kinds).toEqual(fit().record.kinds);
  });

  it('refuses classifiers that do not fit', () => {
    const wide = { weights: new Matrix(2, 4), bias: new Float32Array(2) };
    expect(() => fit({ kinds: wide })).toThrow(/shape \[2, 4\] and 2 intercepts/);
    const record = fit().record;
    for (const change of [
      { weights: [[1, 2, 3, 4]], bias: [0] },
      { bias: [0] },
      { together: [1] },
    ]) {
      expect(() =>
        restoreFamiliarity({ ...record, kinds: { ...record.kinds, ...change } }),
      ).toThrow(expect.objectContaining({ location: { field: 'kinds' } }));
    }
  });
});
