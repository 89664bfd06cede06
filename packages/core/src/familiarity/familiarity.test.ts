import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { Matrix } from '../matrix/matrix.js';
import { FactorizationModel } from '../model/factorization-model.js';
import { Random } from '../random/random.js';
import { familiarLogits } from './familiar-logits.js';
import { restoreFamiliarity, shrinkLogits } from './familiarity.js';
import { fitFamiliarity } from './fit-familiarity.js';
import { guardScores } from './guard-scores.js';
import { groupRows, logitVariance } from './logit-variance.js';

const M = 3;

/** Questions around (±2, 0); logits grow with the first coordinate. */
function sample(count: number, seed: number) {
  const random = new Random(seed);
  const embeddings = new Matrix(count, 2);
  const labels = new Uint8Array(count * M);
  for (let q = 0; q < count; q++) {
    const side = q % 2 === 0 ? 2 : -2;
    embeddings.row(q).set([side + 0.3 * random.normal(), 0.3 * random.normal()]);
    for (let m = 0; m < M; m++) {
      const p = 1 / (1 + Math.exp(-(m - 1) - embeddings.at(q, 0)));
      labels[q * M + m] = random.uniform() < p ? 1 : 0;
    }
  }
  const questions = Array.from({ length: count }, (_, q) => String(q));
  const correctness = new CorrectnessMatrix({ questions, models: ['a', 'b', 'c'], labels });
  return { embeddings, correctness };
}

const model = new FactorizationModel({
  models: ['a', 'b', 'c'],
  modelEmbeddings: Matrix.fromRows([
    [1, -1],
    [1, 0],
    [1, 1],
  ]),
  projection: Matrix.fromRows([
    [1, 0],
    [0, 0],
  ]),
  projectionBias: Float32Array.of(0, 1),
  classifier: Matrix.fromRows([
    [-0.5, -0.5],
    [0.5, 0.5],
  ]),
  classifierBias: new Float32Array(2),
});
const train = sample(400, 1);
const heldOut = sample(200, 2);
const fit = (options = {}) =>
  fitFamiliarity({ model, train: train.embeddings, heldOut, clusters: 4, ...options });

describe('fitFamiliarity', () => {
  it('spreads new questions of the same kind evenly from 0 to 1', () => {
    const familiarity = fit();
    const { embeddings } = sample(400, 3);
    const values = Array.from(
      { length: 400 },
      (_, q) => familiarity.assess(embeddings.row(q)).familiarity,
    );
    for (const share of [0.1, 0.5, 0.9]) {
      const below = values.filter((value) => value < share).length / values.length;
      expect(Math.abs(below - share)).toBeLessThan(0.08);
    }
  });

  it('finds a question far from all others unfamiliar, the less reach the farther', () => {
    const familiarity = fit();
    const near = familiarity.assess(Float32Array.of(8, 0));
    const far = familiarity.assess(Float32Array.of(1e6, 0));
    expect([near.familiarity, far.familiarity]).toEqual([0, 0]);
    expect(near.reach).toBeLessThan(0.5);
    expect(far.reach).toBeLessThan(1e-4);
  });

  it('uses the coverage of a text where it is known, else the distance', () => {
    const coverage = Float32Array.from({ length: 200 }, (_, q) => 0.4 + 0.2 * (q / 199));
    const familiarity = fit({ heldOut: { ...heldOut, coverage } });
    const usual = train.embeddings.row(0);
    expect(familiarity.assess(usual, 0).familiarity).toBe(0);
    expect(familiarity.assess(usual, 0).reach).toBe(0);
    expect(familiarity.assess(usual, 0.5).familiarity).toBeCloseTo(0.5, 2);
    expect(familiarity.assess(usual, 0.9)).toMatchObject({ reach: 1, familiarity: 1 });
    expect(familiarity.assess(usual, Number.NaN)).toEqual(familiarity.assess(usual));
    expect(familiarity.assess(usual).familiarity).toBeGreaterThan(0);
  });

  it('takes questions of which all texts are empty', () => {
    const familiarity = fit({ heldOut: { ...heldOut, coverage: new Float32Array(200) } });
    expect(familiarity.assess(train.embeddings.row(0), 0)).toMatchObject({
      reach: 0,
      familiarity: 0,
    });
    expect(familiarity.assess(train.embeddings.row(0), 0.3)).toMatchObject({
      reach: 1,
      familiarity: 1,
    });
  });

  it('comes back from its record, through JSON', () => {
    const familiarity = fit();
    const back = restoreFamiliarity(JSON.parse(JSON.stringify(familiarity.record)));
    const question = Float32Array.of(1.7, 0.2);
    expect(back.assess(question)).toEqual(familiarity.assess(question));
    expect(back.record).toEqual(familiarity.record);
  });

  it.each([
    ['version', 2],
    ['calibratedOn', 'test'],
    ['questions', 'many'],
    ['variance', -1],
    ['center', [Number.NaN, 0]],
    ['center', [0]],
    ['clusters', [[1]]],
    ['clusters', []],
    ['closeness', { usual: 0, quantiles: [0, 1] }],
    ['closeness', { usual: 1, quantiles: [1, 0] }],
    ['coverage', { usual: 1 }],
    ['fallback', { below: 0, weight: 0.5, models: ['m'], logits: [0] }],
    ['fallback', { below: 0.5, weight: 2, models: ['m'], logits: [0] }],
    ['fallback', { below: 0.5, weight: 0.5, models: ['m', 'n'], logits: [0] }],
  ])('refuses a record whose %s is %j', (field, value) => {
    const record = { ...fit().record, [field]: value };
    expect(() => restoreFamiliarity(record, { file: 'f.json', dimensions: 2 })).toThrow(
      expect.objectContaining({ location: { file: 'f.json', field } }),
    );
  });

  it('refuses parts that do not fit', () => {
    expect(() => fit({ categories: ['x'] })).toThrow(/1 categories for 400 training/);
    expect(() => fit({ heldOut: { ...heldOut, coverage: new Float32Array(3) } })).toThrow(
      /3 coverages for 200 held-out/,
    );
    expect(() => fit({ clusters: 0 })).toThrow(/`clusters` must be an integer of at least 1/);
  });
});

describe('shrinkLogits', () => {
  const finite = fc.double({ min: -20, max: 20, noNaN: true });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('leaves familiar questions alone, and forgets the text of unknown ones', () => {
    const logits = Float32Array.of(3, -2);
    shrinkLogits(logits, 1, 2, () => 0.5);
    expect([...logits]).toEqual([3, -2]);
    shrinkLogits(logits, 0, 2, () => 0.5);
    expect(logits[0]).toBe(logits[1]);
    expect(logits[0]).toBeCloseTo(0.5 / Math.sqrt(1 + Math.PI / 4), 6);
  });

  it('lies between what the text says and what is known without it, nearer to even odds', () => {
    fc.assert(
      fc.property(finite, finite, share, share, (z, mean, reach, variance) => {
        const logits = Float32Array.of(z);
        shrinkLogits(logits, reach, variance, () => mean);
        const mixed = mean + reach * (z - mean);
        expect(Math.abs(logits[0]!)).toBeLessThanOrEqual(Math.abs(mixed) + 1e-5);
      }),
    );
  });

  it('is the mean probability over what the unknown part may hold', () => {
    const random = new Random(4);
    const [mean, variance] = [1.5, 2];
    let sum = 0;
    for (let i = 0; i < 20_000; i++) {
      sum += 1 / (1 + Math.exp(-mean - Math.sqrt(variance) * random.normal())) / 20_000;
    }
    const logits = Float32Array.of(9);
    shrinkLogits(logits, 0, variance, () => mean);
    expect(1 / (1 + Math.exp(-logits[0]!))).toBeCloseTo(sum, 2);
  });
});

describe('logitVariance', () => {
  it('is the variance of the logits where no categories are known', () => {
    const logits = Matrix.fromRows([[0], [2], [4], [6]]);
    expect(logitVariance(logits, groupRows(4))).toBeCloseTo(5, 10);
  });

  it('allows for a category that training never saw', () => {
    const logits = Matrix.fromRows([[0], [2], [4], [6]]);
    // Within 1; means 1 and 5 have the unbiased variance 8, and their mean is off by 4.
    expect(logitVariance(logits, groupRows(4, ['a', 'a', 'b', 'b']))).toBeCloseTo(13, 10);
  });
});

describe('familiarLogits', () => {
  it('keeps logits of familiar questions and shrinks those of unfamiliar ones', () => {
    const familiarity = fit();
    const embeddings = Matrix.fromRows([
      [2, 0],
      [40, 0],
    ]);
    const { logits, familiarity: shares } = familiarLogits({ model, familiarity, embeddings });
    const plain = model.score(embeddings);
    expect(logits.at(0, 1)).toBeCloseTo(plain.at(0, 1), 1);
    expect(logits.at(1, 1)).toBeLessThan(0.5 * plain.at(1, 1));
    expect(shares[0]).toBe(familiarity.assess(embeddings.row(0)).familiarity);
    // What a text does not explain is not extrapolated either.
    const unknown = familiarLogits({ model, familiarity, embeddings, coverage: [0, 0] });
    expect([...unknown.familiarity]).toEqual([0, 0]);
    expect(unknown.logits.at(0, 0)).toBeCloseTo(unknown.logits.at(1, 0), 6);
  });
});

describe('a guard', () => {
  const guard = { below: 0.25, margin: 0.125 };
  const probabilities = Matrix.fromRows([
    [0.5, 0.75],
    [0.5, 0.5625],
    [0.5, 0.75],
  ]);

  it('puts the single best first on unfamiliar questions, and unless another is better by the margin', () => {
    const scores = guardScores({
      probabilities,
      familiarity: [0.3, Number.NaN, 0.2],
      guard,
      best: 0,
    });
    expect([...scores.data]).toEqual([0.625, 0.75, 0.625, 0.5625, 2, 0.75]);
    expect(probabilities.at(0, 0)).toBe(0.5);
  });

  it('needs a familiarity for each question, and a model', () => {
    const scores = { probabilities, familiarity: [1], guard, best: 0 };
    expect(() => guardScores(scores)).toThrow(/1 familiarity scores/);
    expect(() => guardScores({ ...scores, familiarity: [1, 1, 1], best: 2 })).toThrow(
      /no model with the index 2/,
    );
  });

  it('is kept in the record, and refused where it is none', () => {
    const { record } = fit();
    expect(record.guard).toBeUndefined();
    expect(restoreFamiliarity({ ...record, guard }).record.guard).toEqual(guard);
    for (const wrong of [{ below: 0.5 }, { below: 0, margin: '1' }, 3]) {
      expect(() => restoreFamiliarity({ ...record, guard: wrong })).toThrow(/guard/);
    }
  });
});
