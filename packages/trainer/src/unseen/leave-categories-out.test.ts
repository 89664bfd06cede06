import { CorrectnessMatrix, Matrix, MISSING, Random } from '@embedllm/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import { trainDirect } from '../index.js';
import { categoryFolds } from './category-folds.js';
import { chooseFallback, mixedLogLoss } from './choose-fallback.js';
import { chooseGuard } from './choose-guard.js';
import { type LeaveCategoriesOutOptions, leaveCategoriesOut } from './leave-categories-out.js';

const engine = createTypeScriptEngine();
const NAMES = ['algebra', 'code', 'law'];

/**
 * Model 0 is right on 70% of everything. Models 1 and 2 are right where the first coordinate is
 * above or below 0, except in law, where they are always wrong: routing there does harm. The second
 * coordinate sets law apart.
 */
function misleadingProblem(Q: number, { missing = false } = {}) {
  const random = new Random(7);
  const embeddings = new Matrix(Q, 2);
  const labels = new Uint8Array(Q * 3);
  const categories = Array.from({ length: Q }, (_, q) => NAMES[q % 3] as string);
  for (let q = 0; q < Q; q++) {
    const isLaw = categories[q] === 'law';
    const side = random.uniform() < 0.5 ? 1 : -1;
    embeddings.row(q).set([side + 0.2 * random.normal(), (isLaw ? 3 : 0) + 0.2 * random.normal()]);
    labels[3 * q] = Number(random.uniform() < 0.7);
    labels[3 * q + 1] = Number(!isLaw && side > 0);
    labels[3 * q + 2] = Number(!isLaw && side < 0);
    if (missing && isLaw) labels[3 * q + 1] = labels[3 * q + 2] = MISSING;
  }
  return {
    embeddings,
    categories,
    correctness: new CorrectnessMatrix({
      questions: categories.map((_, q) => String(q)),
      models: ['steady', 'plus', 'minus'],
      labels,
    }),
  };
}

function study(options: Partial<LeaveCategoriesOutOptions> = {}) {
  const { embeddings, categories, correctness } = misleadingProblem(300);
  return leaveCategoriesOut({
    correctness,
    categories,
    encode: async (_, asked) => ({ embeddings: embeddings.selectRows(asked) }),
    fit: (train) => trainDirect({ train, ridges: [0.1], poolings: [0], ranks: [2], engine }),
    ...options,
  });
}

describe('leaveCategoriesOut', () => {
  it('routes what was left out, and finds a guard of which no harm shows', async () => {
    const found = await study();
    expect(found?.categories.map(({ category, questions }) => [category, questions])).toEqual(
      NAMES.map((name) => [name, 100]),
    );
    const law = found?.categories.find(({ category }) => category === 'law');
    expect(law?.routing).toBeLessThan(0.1);
    expect(law?.singleBest).toBeGreaterThan(0.6);
    expect(law?.logLoss).toBeGreaterThan(law?.modelMeansLogLoss ?? 9);
    expect(found?.guarded).toBeGreaterThanOrEqual(found?.singleBest ?? 9);
    expect(found?.trainings).toBe(3);
  });

  it('falls back on mean accuracies where text misleads, as far as validation allows', async () => {
    const { embeddings, correctness } = misleadingProblem(300);
    const { model } = await trainDirect({
      train: { embeddings, correctness },
      ...{ ridges: [0.1], poolings: [0], ranks: [2], engine },
    });
    const familiarity = Float64Array.from({ length: 300 }, (_, q) => q / 299);
    const validation = { logits: model.score(embeddings), familiarity, correctness, best: 0 };
    const [plain, found] = [await study(), await study({ validation })];
    expect(plain?.fallback).toBeUndefined();
    expect(found?.fallback).toMatchObject({
      models: ['steady', 'plus', 'minus'],
      weight: expect.any(Number),
    });
    // The law is far from the other two; its questions lose what text says of them.
    const [before, after] = [plain, found].map((of) =>
      of?.categories.find((c) => c.category === 'law'),
    );
    expect(after?.logLoss).toBeLessThan(before?.logLoss ?? 0);
    const right = correctness.questions.reduce(
      (sum, _, q) => sum + (correctness.get(q, 0) ?? 0),
      0.5,
    );
    const logit = Math.log(right / (301 - right));
    // Nearer to 0, since the kinds differ in the accuracy of the others.
    expect(found?.fallback?.logits[0]).toBeGreaterThan(0.2 * logit);
    expect(found?.fallback?.logits[0]).toBeLessThan(0.9 * logit);
  });

  it('shows training and a fitted encoder nothing of what it leaves out', async () => {
    const { embeddings, categories, correctness } = misleadingProblem(300);
    const seen: string[][] = [];
    await leaveCategoriesOut({
      correctness,
      categories,
      encode: async (kept) => {
        seen.push([...new Set(kept.map((index) => categories[index] as string))].sort());
        return { embeddings };
      },
      fit: (train) => {
        expect([...new Set(train.categories)].sort()).toEqual(seen.at(-1));
        return trainDirect({ train, ridges: [1], poolings: [0.5], ranks: [2], engine });
      },
    });
    expect(seen).toEqual([
      ['code', 'law'],
      ['algebra', 'law'],
      ['algebra', 'code'],
    ]);
  });

  it('leaves several categories out at a time, and models that have no label without them', async () => {
    const { embeddings, categories, correctness } = misleadingProblem(300, { missing: true });
    const finer = categories.map((name, q) => (name === 'law' ? name : `${name} ${q % 2}`));
    const steps: number[] = [];
    const found = await leaveCategoriesOut({
      correctness,
      categories: finer,
      encode: async () => ({ embeddings }),
      fit: (train) => trainDirect({ train, ridges: [1], poolings: [0.5], ranks: [1], engine }),
      folds: 2,
      onProgress: ({ done }) => steps.push(done),
    });
    expect(found?.trainings).toBe(2);
    expect(steps).toEqual([1, 2]);
    expect(found?.categories).toHaveLength(5);
  });

  it('draws questions within categories where there are more than it is to take', async () => {
    const { embeddings, categories } = misleadingProblem(300);
    const drawn: (readonly number[])[] = [];
    const found = await study({
      questions: 90,
      encode: async (kept, asked) => {
        expect(asked).toHaveLength(90);
        expect(kept.every((index) => asked.includes(index))).toBe(true);
        drawn.push(asked);
        return { embeddings: embeddings.selectRows(asked) };
      },
    });
    expect(new Set(drawn.map(String)).size).toBe(1);
    const names = (drawn[0] ?? []).map((index) => categories[index]);
    expect(NAMES.map((name) => names.filter((other) => other === name).length)).toEqual([
      30, 30, 30,
    ]);
    const law = found?.categories.find(({ category }) => category === 'law');
    expect(law?.questions).toBe(30);
    // As on all of them, whose labels are these.
    expect(law?.routing).toBeLessThan(0.1);
    expect(found?.guarded).toBeGreaterThanOrEqual(found?.singleBest ?? 9);
  });

  it('refuses vectors that are not of the questions asked', async () => {
    const { embeddings } = misleadingProblem(300);
    await expect(study({ questions: 90, encode: async () => ({ embeddings }) })).rejects.toThrow(
      /each of the 90 questions, but returned 300/,
    );
  });

  it('refuses one category, other numbers of them and of folds, and stops when aborted', async () => {
    await expect(study({ categories: Array(300).fill('all') })).rejects.toThrow(/at least two/);
    await expect(study({ categories: ['law'] })).rejects.toThrow(/1 categories/);
    await expect(study({ folds: 1 })).rejects.toThrow(/folds/);
    await expect(study({ questions: 1 })).rejects.toThrow(/questions/);
    await expect(study({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});

describe('categoryFolds', () => {
  it('puts every category into one fold, evenly by questions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 2, max: 6 }),
        (numbers, most) => {
          const categories = numbers.map(String);
          const folds = categoryFolds(categories, most);
          const names = new Set(categories);
          expect(folds.flat().sort()).toEqual([...names].sort());
          expect(folds).toHaveLength(Math.min(most, names.size));
          const size = (fold: readonly string[]): number =>
            categories.filter((name) => fold.includes(name)).length;
          // A fold is larger than another by one category at most.
          for (const fold of folds) {
            const least = Math.min(...folds.map(size));
            const last = Math.min(...fold.map((name) => size([name])));
            expect(size(fold) - least).toBeLessThanOrEqual(last);
          }
        },
      ),
    );
  });
});

describe('chooseFallback', () => {
  const truth = new CorrectnessMatrix({
    ...{ questions: ['1', '2'], models: ['a'], labels: Uint8Array.of(1, 0) },
  });
  const predicted = (first: number, second: number, familiarity: number) => ({
    logits: Matrix.fromRows([[first], [second]]),
    familiarity: [familiarity, familiarity],
    ...{ truth, means: Float64Array.of(0), unseen: Float64Array.of(0) },
  });

  it('is none where text is better than mean accuracies, and validation would pay', () => {
    expect(chooseFallback([predicted(2, -2, 0.01)], predicted(2, -2, 0.01))).toBeUndefined();
  });

  it('is the largest that validation affords, where text misleads', () => {
    const misled = predicted(-2, 2, 0.02);
    expect(chooseFallback([misled], predicted(2, -2, 0.9))).toEqual({ below: 0.1, weight: -0.5 });
    // At 0.08 validation may lose no more than a tenth of its gain.
    expect(chooseFallback([misled], predicted(2, -2, 0.08))).toEqual({
      ...{ below: 0.075, weight: -0.5 },
    });
    // A category that text helps would be worse off than by mean accuracies.
    const helped = {
      ...predicted(2, -2, 0.02),
      means: Float64Array.of(1),
      unseen: Float64Array.of(3),
    };
    expect(chooseFallback([helped], predicted(2, -2, 0.9))).toBeUndefined();
    expect(mixedLogLoss(misled, { below: 0.1, weight: 0 })).toBeLessThan(
      mixedLogLoss(misled, undefined),
    );
    expect(mixedLogLoss(misled, undefined, true)).toBeCloseTo(Math.log(2), 12);
  });
});

describe('chooseGuard', () => {
  const question = (routed: number, fixed: number, advantage: number, familiarity: number) => ({
    ...{ routed, fixed, advantage, familiarity },
  });
  const gains = [question(1, 0, 0.2, 0.9), question(1, 1, 0.2, 0.9)];
  const strange = [question(0, 1, 0.2, 0.03), question(1, 1, 0, 0.9)];
  const hesitant = [question(0, 1, 0.04, 0.9), question(1, 1, 0, 0.9)];

  it('lets categories, of equal weight, make up for each other', () => {
    const familiar = [question(1, 0, 0.2, 0.01)];
    // Any threshold would cost what unfamiliar questions gain on validation.
    expect(chooseGuard([gains, strange], familiar)).toEqual({ below: 0.01, margin: 0 });
    expect(chooseGuard([gains], familiar)).toEqual({ below: 0.01, margin: 0 });
  });

  it('asks for familiarity or for a margin, whichever leaves more of the gain', () => {
    const unfamiliarGains = [question(1, 0, 0.5, 0.01)];
    expect(chooseGuard([strange], unfamiliarGains)).toEqual({ below: 0.01, margin: 0.2 });
    expect(chooseGuard([hesitant], gains)).toEqual({ below: 0.5, margin: 0.05 });
  });

  it('takes the largest threshold of those that cost nothing', () => {
    expect(chooseGuard([strange], gains)).toEqual({ below: 0.5, margin: 0 });
    const lessFamiliar = [question(1, 0, 0.2, 0.2)];
    expect(chooseGuard([strange], lessFamiliar)).toEqual({ below: 0.15, margin: 0 });
  });

  it('does not give up what validation gains for a loss within its error', () => {
    const even = (losses: number, gains: number) => [
      ...Array.from({ length: losses }, () => question(0, 1, 0.2, 0.9)),
      ...Array.from({ length: gains }, () => question(1, 0, 0.2, 0.9)),
      ...Array.from({ length: 50 - losses - gains }, () => question(1, 1, 0.2, 0.9)),
    ];
    // Nothing tells the questions apart: all are routed, or none.
    expect(chooseGuard([even(2, 1)], even(0, 4))).toEqual({ below: 0.5, margin: 0 });
    // A larger loss than the gain is not made up for by it, nor is one beyond its error by any.
    expect(chooseGuard([even(2, 0)], even(0, 1)).margin).toBe(0.2);
    expect(chooseGuard([even(8, 0)], even(0, 25)).margin).toBe(0.2);
  });

  it('distrusts at most half of familiar questions for their familiarity', () => {
    const middling = [question(0, 1, 0.2, 0.6), question(1, 1, 0, 0.9)];
    // A threshold of 0.75 would separate the two, and send three quarters of familiar questions away.
    expect(chooseGuard([middling], [question(1, 0, 0.4, 0.9)])).toEqual({
      below: 0.5,
      margin: 0.2,
    });
  });

  it('keeps to the single best model where all else does harm', () => {
    expect(chooseGuard([[question(0, 1, 0.9, 1)]]).margin).toBe(1);
  });
});
