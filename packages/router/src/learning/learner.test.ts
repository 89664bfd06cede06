import { FactorizationModel, Matrix, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePortfolio, greedyPortfolio } from '../portfolio/choose-portfolio.js';
import { findStandIns } from '../portfolio/find-stand-ins.js';
import { Router } from '../router.js';
import { dot } from '../scoring/dot.js';
import { DriftDetector } from './drift-detector.js';
import { type Gaussian, invert, poolPrior, times } from './gaussian.js';
import { filterAnswer, laplacePosterior } from './laplace.js';
import { Learner } from './learner.js';
import { optimalQuestions } from './suggest-questions.js';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

function gaussianMatrix(random: Random, rows: number, cols: number): Matrix {
  return new Matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}

/** A pool in the form of `trainDirect`: factors, then a constant 1, then the intercept. */
function trainedPool(seed: number, M: number, factors = 3, D = 6): FactorizationModel {
  const random = new Random(seed);
  const d = factors + 2;
  const modelEmbeddings = gaussianMatrix(random, M, d);
  for (let m = 0; m < M; m++) modelEmbeddings.data[m * d + factors] = 1;
  const projection = gaussianMatrix(random, d, D);
  projection.row(d - 1).fill(0);
  const projectionBias = new Float32Array(d);
  projectionBias[d - 1] = 1;
  return new FactorizationModel({
    models: Array.from({ length: M }, (_, m) => `m${m}`),
    modelEmbeddings,
    projection,
    projectionBias,
    classifier: Matrix.fromRows([Array(d).fill(0), Array(d).fill(1)]),
    classifierBias: new Float32Array(2),
  });
}

/** Answers of a model with the given embedding. */
function answersOf(model: FactorizationModel, embedding: number[], count: number, seed: number) {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const question = gaussianMatrix(random, 1, model.questionDimensions).data;
    const z = embedding.reduce((sum, value, k) => {
      const latent = dot(model.projection.row(k), question) + (model.projectionBias[k] ?? 0);
      return sum + value * latent;
    }, 0);
    return { question, outcome: random.uniform() < sigmoid(z) ? 1 : 0 };
  });
}

it('a prior with more variance of ability follows answers that the pool does not explain', async () => {
  const model = trainedPool(1, 40);
  // Level 6 where those of the pool are about 0, and wrong on nothing.
  const answers = answersOf(model, [0, 0, 0, 1, 6], 20, 2);
  const abilityOf = async (abilityVariance: number): Promise<number> => {
    const learner = new Learner(new Router({ model }), { abilityVariance });
    const { posterior } = await learner.addModel('new', answers);
    return posterior.mean.at(-1) ?? Number.NaN;
  };
  const [narrow, wide] = [await abilityOf(0), await abilityOf(4)];
  expect(wide).toBeGreaterThan(narrow + 0.5);
  expect(() => new Learner(new Router({ model }), { abilityVariance: -1 })).toThrow(
    /abilityVariance/,
  );
});

describe('poolPrior', () => {
  it('keeps what all models share and the variance of the rest', () => {
    const { modelEmbeddings } = trainedPool(1, 40);
    const { mean, covariance } = poolPrior(modelEmbeddings);
    expect(mean[3]).toBe(1);
    expect([...covariance.subarray(15, 20)]).toEqual([0, 0, 0, 0, 0]);
    const first = Array.from({ length: 40 }, (_, m) => modelEmbeddings.at(m, 0));
    const average = first.reduce((a, b) => a + b) / 40;
    const variance = first.reduce((sum, x) => sum + (x - average) ** 2, 0) / 39;
    expect(covariance[0]).toBeCloseTo(variance, 9);
    expect(covariance[1]).toBe(covariance[5]);
  });

  it('is positive definite where models vary, even with fewer models than dimensions', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, M) => {
        const { covariance } = poolPrior(gaussianMatrix(new Random(seed), M, 8));
        expect(() => invert(covariance, 8)).not.toThrow();
      }),
      { numRuns: 40 },
    );
  });
});

describe('laplacePosterior', () => {
  const prior = (d: number, seed: number): Gaussian =>
    poolPrior(gaussianMatrix(new Random(seed), 12, d));

  it('ends where the gradient is zero, with the inverse curvature as covariance', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 30 }),
        (seed, d, n) => {
          const random = new Random(seed);
          const belief = prior(d, seed);
          const features = gaussianMatrix(random, n, d);
          const outcomes = Array.from({ length: n }, () => random.uniform());
          const { mean, covariance } = laplacePosterior(
            belief,
            features,
            outcomes,
            Array(n).fill(0.3),
          );
          const precision = invert(belief.covariance, d);
          const gradient = times(
            precision,
            mean.map((x, k) => x - (belief.mean[k] ?? 0)),
          );
          const curvature = precision.slice();
          for (let i = 0; i < n; i++) {
            const row = features.row(i);
            const p = sigmoid(0.3 + dot(mean, row));
            for (let a = 0; a < d; a++) {
              gradient[a] = (gradient[a] ?? 0) + (p - (outcomes[i] ?? 0)) * (row[a] ?? 0);
              for (let b = 0; b < d; b++) {
                const term = p * (1 - p) * (row[a] ?? 0) * (row[b] ?? 0);
                curvature[a * d + b] = (curvature[a * d + b] ?? 0) + term;
              }
            }
          }
          for (const slope of gradient) expect(slope).toBeCloseTo(0, 4);
          const product = times(covariance, times(curvature, mean));
          product.forEach((value, k) => {
            expect(value).toBeCloseTo(mean[k] ?? 0, 4);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is the prior without answers, and does not move fixed dimensions', () => {
    const belief = poolPrior(trainedPool(2, 20).modelEmbeddings);
    expect(laplacePosterior(belief, new Matrix(0, 5), [], [])).toEqual(belief);
    const features = gaussianMatrix(new Random(1), 50, 5);
    const { mean, covariance } = laplacePosterior(
      belief,
      features,
      Array(50).fill(1),
      Array(50).fill(0),
    );
    expect(mean[3]).toBe(1);
    expect(covariance[3 * 5 + 3]).toBe(0);
  });

  it('agrees with one answer filtered, exactly', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, d, y) => {
          const belief = prior(d, seed);
          const features = gaussianMatrix(new Random(seed), 1, d);
          const whole = laplacePosterior(belief, features, [y], [-0.2]);
          const filtered = filterAnswer(belief, features.row(0), y, -0.2);
          filtered.mean.forEach((x, k) => {
            expect(x).toBeCloseTo(whole.mean[k] ?? 0, 5);
          });
          filtered.covariance.forEach((x, k) => {
            expect(x).toBeCloseTo(whole.covariance[k] ?? 0, 5);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('optimalQuestions', () => {
  it('takes at each step what the slow, obvious computation takes', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom('predictions' as const, 'volume' as const),
        (seed, criterion) => {
          const d = 3;
          const belief = poolPrior(gaussianMatrix(new Random(seed), 9, d));
          const features = gaussianMatrix(new Random(seed + 1), 7, d);
          const [first, second] = optimalQuestions(belief, features, {
            count: 2,
            criterion,
            offsets: Array(features.rows).fill(0),
          });
          const weight = (i: number): number => {
            const p = sigmoid(dot(belief.mean, features.row(i)));
            return p * (1 - p);
          };
          // The criterion of a set of questions from the inverse of its information matrix.
          const merit = (set: number[]): number => {
            const information = invert(belief.covariance, d);
            for (const i of set) {
              for (let a = 0; a < d; a++) {
                for (let b = 0; b < d; b++) {
                  const term = weight(i) * features.at(i, a) * features.at(i, b);
                  information[a * d + b] = (information[a * d + b] ?? 0) + term;
                }
              }
            }
            const covariance = invert(information, d);
            if (criterion === 'predictions') {
              let variance = 0;
              for (let i = 0; i < 7; i++) {
                variance += dot(features.row(i), times(covariance, features.row(i)));
              }
              return -variance;
            }
            const [a = 0, b = 0, c = 0, e = 0, f = 0, g = 0, h = 0, k = 0, l = 0] = covariance;
            return -Math.log(a * (f * l - g * k) - b * (e * l - g * h) + c * (e * k - f * h));
          };
          const best = (sets: number[][]): number => Math.max(...sets.map(merit));
          const all = [0, 1, 2, 3, 4, 5, 6];
          expect(merit([first ?? 0])).toBeCloseTo(best(all.map((i) => [i])), 6);
          const pairs = all.filter((i) => i !== first).map((i) => [first ?? 0, i]);
          expect(merit([first ?? 0, second ?? 0])).toBeCloseTo(best(pairs), 6);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('DriftDetector', () => {
  /** Answers until an alarm, at most `limit`. */
  function runLength(seed: number, limit: number, wanted: number, shift: number): number {
    const random = new Random(seed);
    const detector = new DriftDetector(wanted);
    for (let answer = 1; answer <= limit; answer++) {
      const z = 1 + random.normal();
      const outcome = random.uniform() < sigmoid(z + shift) ? 1 : 0;
      if (detector.note(z, outcome) !== undefined) return answer;
    }
    return limit;
  }
  const mean = (runs: number[]): number => runs.reduce((sum, run) => sum + run, 0) / runs.length;
  const seeds = [...Array(300).keys()];

  it('gives false alarms no more often than promised', () => {
    const runs = seeds.map((seed) => runLength(seed, 4000, 200, 0));
    // The mean of 300 run lengths has a standard error of about 6%.
    expect(mean(runs)).toBeGreaterThan(200 * 0.85);
  });

  it('notices a model that got worse or better, and says which', () => {
    expect(mean(seeds.map((seed) => runLength(seed, 4000, 10_000, -1.5)))).toBeLessThan(60);
    expect(mean(seeds.map((seed) => runLength(seed, 4000, 10_000, 1.5)))).toBeLessThan(120);
    const detector = new DriftDetector(100);
    const shifts = Array.from({ length: 30 }, () => detector.note(2, 0)).filter(Boolean);
    expect(shifts[0]).toBeLessThan(0);
  });
});

describe('greedyPortfolio', () => {
  it('keeps within its bounds of the best portfolio', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), (seed, size) => {
        const random = new Random(seed);
        const [Q, M] = [6, 5];
        const values = Array.from({ length: Q }, () =>
          Float64Array.from({ length: M }, () => random.uniform()),
        );
        const worth = (set: readonly number[]): number =>
          values.reduce((sum, row) => sum + Math.max(...set.map((m) => row[m] ?? 0)), 0) / Q;
        const subsets = [...Array(2 ** M).keys()]
          .map((mask) => [...Array(M).keys()].filter((m) => (mask >> m) % 2 === 1))
          .filter((set) => set.length === size);
        const optimum = Math.max(...subsets.map(worth));
        const { chosen, means, upperBound, poolValue } = greedyPortfolio(values, size, M);
        expect(new Set(chosen).size).toBe(size);
        expect(means.at(-1)).toBeCloseTo(worth(chosen), 9);
        expect(upperBound).toBeGreaterThanOrEqual(optimum - 1e-9);
        expect(poolValue).toBeCloseTo(worth([...Array(M).keys()]), 9);
        expect(means.at(-1)).toBeGreaterThanOrEqual((1 - 1 / Math.E) * optimum);
      }),
    );
  });
});

describe('a router that learns', () => {
  const model = trainedPool(5, 30);
  const newcomer = [1.5, -1, 0.5, 1, 0.8];

  it('adds a model from answers and routes to it like a trained one', async () => {
    const router = new Router({ model });
    const answers = answersOf(model, newcomer, 4000, 6);
    const added = await new Learner(router).addModel({ name: 'new', family: 'x' }, answers);
    expect(added.answers).toBe(4000);
    added.posterior.mean.forEach((value, k) => {
      // Information of 4,000 answers leaves a standard error of about 0.05.
      expect(Math.abs(value - (newcomer[k] ?? 0))).toBeLessThan(0.25);
    });
    expect(router.models.at(-1)).toEqual({ name: 'new', family: 'x' });
    const question = answers[0]?.question ?? new Float32Array();
    const listed = router.routeEmbedding(question, { top: 99 }).candidates;
    expect(listed).toHaveLength(31);
    const trained = new Router({ model: router.toModel() });
    const again = trained.routeEmbedding(question, { top: 99 }).candidates;
    listed.forEach(({ probability }, index) => {
      expect(probability).toBeCloseTo(again[index]?.probability ?? Number.NaN, 5);
    });
  });

  it('knows more from telling questions than from the first that come', async () => {
    const pool = gaussianMatrix(new Random(8), 300, 6);
    for (let i = 0; i < 150; i++) pool.row(i).fill(0.001);
    const router = new Router({ model });
    const width = async (indices: number[]): Promise<number> => {
      const router = new Router({ model });
      const answers = indices.map((i) => ({ question: pool.row(i), outcome: i % 2 === 0 ? 1 : 0 }));
      const { posterior } = await new Learner(router).addModel('new', answers);
      return posterior.covariance.filter((_, k) => k % 6 === 0).reduce((a, b) => a + b);
    };
    for (const criterion of ['predictions', 'volume'] as const) {
      const chosen = new Learner(router).suggestQuestions(12, { candidates: pool, criterion });
      expect(new Set(chosen).size).toBe(12);
      expect(await width(chosen)).toBeLessThan(0.5 * (await width([...Array(12).keys()])));
    }
  });

  it('follows feedback, and reports a model that turned bad', async () => {
    const router = new Router({ model });
    const strong = [0, 0, 0, 1, 3];
    const learner = new Learner(router);
    await learner.addModel('new', answersOf(model, strong, 400, 9));
    const good = answersOf(model, strong, 300, 10).map((answer) => ({ ...answer, model: 'new' }));
    expect(await learner.update(good)).toEqual([]);
    const question = good[0]?.question ?? new Float32Array();
    const before = router.predict(new Matrix(1, 6, question)).probabilities.at(0, 30);
    const weak = [0, 0, 0, 1, -1];
    const bad = answersOf(model, weak, 300, 11).map((answer) => ({ ...answer, model: 'new' }));
    const drifts = await learner.update(bad);
    expect(drifts[0]).toMatchObject({ model: 'new' });
    expect(drifts[0]?.shift).toBeLessThan(0);
    const after = router.predict(new Matrix(1, 6, question)).probabilities.at(0, 30);
    expect(after).toBeLessThan(before - 0.2);
  });

  it('removes a model, and refuses to be left without any', () => {
    const router = new Router({ model: trainedPool(1, 2) });
    router.removeModel('m0');
    expect(router.models.map(({ name }) => name)).toEqual(['m1']);
    expect(() => router.removeModel('m1')).toThrow(/at least one/);
    expect(router.routeEmbedding(new Float32Array(6)).model.name).toBe('m1');
  });

  it('names the nearest models as fallbacks, by embedding or on questions', () => {
    const twin = trainedPool(3, 6);
    twin.modelEmbeddings.row(4).set(twin.modelEmbeddings.row(1));
    const router = new Router({ model: twin });
    expect(findStandIns(router, 'm1')[0]).toEqual({ model: 'm4', distance: 0 });
    expect(findStandIns(router, 'm1', { count: 9 })).toHaveLength(5);
    const questions = gaussianMatrix(new Random(1), 40, 6);
    const [first, second] = findStandIns(router, 'm4', { questions, count: 2 });
    expect(first?.model).toBe('m1');
    const logits = router.score(questions);
    const other = Number(second?.model.slice(1));
    let square = 0;
    for (let q = 0; q < 40; q++) square += (logits.at(q, 4) - logits.at(q, other)) ** 2 / 40;
    expect(second?.distance).toBeCloseTo(Math.sqrt(square), 5);
  });

  it('chooses a portfolio by its routed quality', () => {
    const questions = gaussianMatrix(new Random(2), 100, 6);
    const router = new Router({ model });
    const { models, values, poolValue, upperBound } = choosePortfolio(router, 4, { questions });
    expect(models).toHaveLength(4);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(upperBound).toBeLessThanOrEqual(poolValue);
    const only = new Router({ model });
    const kept = only
      .routeEmbeddings(questions, { models })
      .reduce((sum, { probability }) => sum + probability / 100, 0);
    expect(kept).toBeCloseTo(values.at(-1) ?? 0, 6);
  });

  it.each<[string, () => unknown]>([
    ['a taken name', () => new Learner(new Router({ model })).addModel('m0', [])],
    ['an empty name', () => new Learner(new Router({ model })).addModel('', [])],
    [
      'an outcome of 2',
      () =>
        new Learner(new Router({ model })).addModel('x', [
          { question: new Float32Array(6), outcome: 2 },
        ]),
    ],
    [
      'feedback on an unknown model',
      () =>
        new Learner(new Router({ model })).update([
          { model: 'x', question: new Float32Array(6), outcome: 1 },
        ]),
    ],
    [
      'too many questions',
      async () =>
        new Learner(new Router({ model })).suggestQuestions(3, { candidates: new Matrix(2, 6) }),
    ],
    [
      'a portfolio of none',
      async () => choosePortfolio(new Router({ model }), 0, { questions: new Matrix(2, 6) }),
    ],
    ['fallbacks of an unknown model', async () => findStandIns(new Router({ model }), 'x')],
    ['a forgetting above 1', async () => new Learner(new Router({ model }), { forgetting: 2 })],
  ])('refuses %s', async (_, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

describe('the state of a learner', () => {
  const feedback = (model: FactorizationModel) =>
    answersOf(model, [1, -1, 0.5, 1, 0.3], 30, 8).map((answer, index) => ({
      ...answer,
      model: `m${index % 3}`,
    }));

  it('continues bit by bit after JSON, with the models that joined', async () => {
    const model = trainedPool(4, 12);
    const router = new Router({ model });
    const learner = new Learner(router, { runLength: 50 });
    await learner.addModel('new', answersOf(model, [0.5, 1, -1, 1, 0.2], 20, 3));
    await learner.update(feedback(model));
    const saved = JSON.parse(JSON.stringify(learner));

    const again = new Router({ model: router.toModel() });
    const restored = Learner.restore(again, saved, { runLength: 50 });
    const embeddings = gaussianMatrix(new Random(6), 20, 6);
    expect(again.score(embeddings)).toEqual(router.score(embeddings));
    const more = feedback(model).map((answer) => ({ ...answer, model: 'new' }));
    expect(await restored.update(more)).toEqual(await learner.update(more));
    expect(restored.toJSON()).toEqual(learner.toJSON());
    expect(again.score(embeddings)).toEqual(router.score(embeddings));
  });

  it('is refused with the field that does not fit', async () => {
    const model = trainedPool(4, 12);
    const learner = new Learner(new Router({ model }));
    await learner.update(feedback(model));
    const saved = JSON.parse(JSON.stringify(learner));
    const restore =
      (state: unknown, pool = model) =>
      () =>
        Learner.restore(new Router({ model: pool }), state);
    expect(restore(null)).toThrow(/must be an object/);
    expect(restore({ ...saved, version: 2 })).toThrow(/version is 2/);
    expect(restore({ ...saved, drift: { m0: [1] } })).toThrow(/drift\.m0 must be a list of 6/);
    const nan = { m0: { ...saved.beliefs.m0, mean: [null, 0, 0, 0, 0] } };
    expect(restore({ ...saved, beliefs: nan })).toThrow(/beliefs\.m0\.mean must be a list of 5/);
    expect(restore(saved, trainedPool(4, 12, 4))).toThrow(/mean must be a list of 6 numbers/);
    expect(restore({ ...saved, beliefs: { x: saved.beliefs.m0 } })).toThrow(/x/);
  });
});
