// On a simulated pool the truth is known: probes must find families and specialities where they
// are, and nothing in noise.
import { CorrectnessMatrix, type Matrix, Random } from '@embedllm/core';
import { simulateNoise, simulatePool } from '@embedllm/simulated-pool';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ablateBenchmarks,
  dimensionSweep,
  duplicateModels,
  groupCloseness,
  modelDistances,
  nearestModels,
  probeAttribute,
  seedStability,
  sizeClass,
  sparsityCurve,
  type Train,
  transferMatrix,
  verifyModel,
} from '../src/index.js';
import { type TrainedPool, trainOnPool } from './trained-pool.fixture.js';

const permutations = 199;

describe('probes of a pool with families and specialities', () => {
  const pool = simulatePool({ seed: 3, models: 72, questionsPerBenchmark: 120 });
  const { families, specialities } = pool.truth;
  const generalists = families.map((family, m) => (specialities[m] ? undefined : family));
  const logSizes = pool.dataset.models.map((model) => Math.log10(model.parametersBillion ?? 1));
  let trained: TrainedPool;
  beforeAll(async () => {
    trained = await trainOnPool(pool);
  });
  afterAll(() => trained.dispose());

  const distances = (): Matrix =>
    modelDistances({ model: trained.model, part: 'factors', metric: 'euclidean' }).distances;

  it('finds that families are closer than chance, with and without specialists', () => {
    for (const labels of [families, generalists]) {
      const result = groupCloseness({ distances: distances(), labels, seed: 1 });
      expect(result.permanova.pValue).toBe(0.001);
      expect(result.anosim.pValue).toBeLessThanOrEqual(0.005);
      expect(result.standardizedDifference).toBeGreaterThan(0.4);
    }
  });

  it('finds families within size classes, so that size is not what makes them close', () => {
    const strata = pool.dataset.models.map((model) => sizeClass(model.parametersBillion));
    const result = groupCloseness({ distances: distances(), labels: families, strata, seed: 1 });
    expect(result.permanova.pValue).toBe(0.001);
  });

  it('finds that specialists of one topic are far closer than chance', () => {
    const result = groupCloseness({ distances: distances(), labels: specialities, seed: 1 });
    expect(result.anosim.r).toBeGreaterThan(0.9);
    expect(result.groups).toHaveLength(8);
    for (const group of result.groups) expect(group.adjustedPValue).toBeLessThan(0.05);
  });

  it('names the topic of a specialist from the others', async () => {
    for (const probe of ['ridge', 'nearest-neighbours'] as const) {
      const options = { model: trained.model, part: 'factors', probe, permutations } as const;
      const result = await probeAttribute({ ...options, values: specialities, seed: 1 });
      if (result.kind !== 'classes') throw new Error('specialities are classes');
      // By chance 1 / 8.
      expect(result.accuracy).toBeGreaterThan(0.8);
      expect(result.pValue).toBe(1 / 200);
    }
  });

  it('names families more often than chance', async () => {
    const options = { model: trained.model, part: 'factors', permutations } as const;
    const result = await probeAttribute({ ...options, values: families, seed: 1 });
    if (result.kind !== 'classes') throw new Error('families are classes');
    expect(result.accuracy).toBeGreaterThan(1.8 * result.majorityShare);
    expect(result.pValue).toBe(1 / 200);
  });

  it('reads the size off the ability, and less of it off the factors', async () => {
    const probe = async (part: 'ability' | 'factors') =>
      probeAttribute({ model: trained.model, part, values: logSizes, permutations, seed: 1 });
    const [ability, factors] = [await probe('ability'), await probe('factors')];
    if (ability.kind !== 'numbers' || factors.kind !== 'numbers') throw new Error('sizes');
    expect(ability.r2).toBeGreaterThan(0.7);
    expect(ability.pValue).toBe(1 / 200);
    expect(factors.r2).toBeLessThan(ability.r2 - 0.2);
  });

  it('puts specialists of one topic side by side', () => {
    const { model } = trained;
    const names = nearestModels({
      model,
      part: 'factors',
      name: 'alder-18b-code',
      count: 2,
      metric: 'euclidean',
    }).map(({ name }) => name);
    expect(names.sort()).toEqual(['alder-v2-18b-code', 'alder-v3-18b-code']);
  });

  it('tells a copy from a relative', async () => {
    const correctness = pool.dataset.correctness.selectModels(
      Array.from({ length: 24 }, (_, m) => m),
    );
    // A model again under another name, as an API that changes 2% of the answers would give it.
    const M = correctness.modelCount;
    const original = correctness.models.indexOf('birch-32b');
    const labels = new Uint8Array(correctness.questionCount * (M + 1));
    for (let q = 0; q < correctness.questionCount; q++) {
      const row = correctness.row(q);
      labels.set(row, q * (M + 1));
      const label = row[original]!;
      labels[q * (M + 1) + M] = label <= 1 && q % 50 === 0 ? 1 - label : label;
    }
    const copied = new CorrectnessMatrix({
      questions: correctness.questions,
      models: [...correctness.models, 'copy'],
      labels,
    });
    const [first, second] = await duplicateModels({
      correctness: copied,
      categories: trained.data.categories,
      count: 2,
    });
    expect([first!.first, first!.second]).toEqual(['birch-32b', 'copy']);
    expect(first!.excessAgreement).toBeGreaterThan(0.9);
    expect(first!.adjustedPValue).toBeLessThan(1e-12);
    expect(second!.excessAgreement).toBeLessThan(0.3);
  });

  it('shows what each benchmark does for the others', async () => {
    const { train, data } = trained;
    const done: number[] = [];
    const { changes, reference, models } = await ablateBenchmarks({
      data,
      train,
      base: data.categories.slice(0, 1).concat(data.categories.slice(-1)),
      onProgress: (progress) => done.push(progress.done),
    });
    expect(models).toHaveLength(72);
    expect(reference).toHaveLength(10);
    expect(changes.filter(({ change }) => change === 'removed')).toHaveLength(2);
    expect(changes.filter(({ change }) => change === 'added')).toHaveLength(8);
    for (const { benchmark, change, effects } of changes) {
      const own = effects.find((effect) => effect.benchmark === benchmark)!;
      // A benchmark's own questions lose by its removal, and win by its addition.
      expect(Math.sign(own.logLossDifference)).toBe(change === 'removed' ? 1 : -1);
      expect(own.standardError).toBeGreaterThan(0);
    }
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('transfers best within a benchmark', async () => {
    const { cells, benchmarks } = await transferMatrix(trained);
    expect(cells).toHaveLength(100);
    for (const to of benchmarks) {
      const column = cells.filter((cell) => cell.to === to);
      const own = column.find((cell) => cell.from === to)!;
      const others = column.filter((cell) => cell.from !== to);
      const mean = others.reduce((sum, cell) => sum + cell.logLoss, 0) / others.length;
      expect(own.logLoss).toBeLessThan(mean);
      expect(own.rankCorrelation).toBeGreaterThan(0.4);
    }
  });

  it('predicts better from more questions, more answers and more dimensions', async () => {
    const { train, data } = trained;
    const sparse = { questionShares: [0.1, 1], answerShares: [0.1], repetitions: 1, seed: 1 };
    const { points } = await sparsityCurve({ data, train, ...sparse });
    const [few, all, thin] = points as [(typeof points)[0], (typeof points)[0], (typeof points)[0]];
    expect(all.logLoss).toBeLessThan(few.logLoss);
    expect(all.logLoss).toBeLessThan(thin.logLoss);
    expect(few.trainingLabels / all.trainingLabels).toBeCloseTo(0.1, 1.5);
    expect(thin.trainingLabels / all.trainingLabels).toBeCloseTo(0.1, 1.5);
    const sweep = await dimensionSweep({ data, train, dimensions: [0, 8] });
    expect(sweep.points.map((point) => point.embeddingDimensions)).toEqual([2, 10]);
    expect(sweep.points[1]!.logLoss).toBeLessThan(sweep.points[0]!.logLoss);
    // The same, however many trainings run at a time.
    let [running, most] = [0, 0];
    const counted: Train = async (request) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return train(request).finally(() => running--);
    };
    const together = { data, train: counted, concurrency: 2 };
    expect(await dimensionSweep({ ...together, dimensions: [0, 8] })).toEqual(sweep);
    expect(await sparsityCurve({ ...together, ...sparse })).toMatchObject({ points });
    expect(most).toBe(2);
    const failing: Train = () => Promise.reject(new Error(`training ${++running}`));
    await expect(
      dimensionSweep({ data, train: failing, dimensions: [0, 1, 2, 3], concurrency: 2 }),
    ).rejects.toThrow('training 1');
    expect(running).toBe(2);
  });

  it('finds the same embeddings from other questions', async () => {
    const { train, data } = trained;
    const stability = await seedStability({ data, train, seeds: [4, 5], part: 'all' });
    expect(stability.disparity).toBeLessThan(0.3);
    expect(stability.distanceCorrelation).toBeGreaterThan(0.8);
    expect(stability.logitCorrelation).toBeGreaterThan(0.9);
    expect(stability.pairs).toHaveLength(1);
    // The same questions again give the same embeddings: nothing in this solver is random.
    const same = await seedStability({ data, train, seeds: [4, 5], share: 1 });
    expect(same.disparity).toBeLessThan(1e-6);
    expect(same.neighbourOverlap).toBe(1);
  });

  it('lets a caller stop', async () => {
    const { train, data } = trained;
    const stop = new AbortController();
    const work = transferMatrix({
      data,
      train,
      signal: stop.signal,
      onProgress: ({ done }) => done === 2 && stop.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
    const aborted = AbortSignal.abort(new Error('before'));
    const options = { model: trained.model, values: families, seed: 1, signal: aborted };
    await expect(probeAttribute(options)).rejects.toThrow('before');
  });

  it('knows a model from its answers, and a substitute from its', () => {
    const { correctness } = pool.dataset;
    const claimed = correctness.models.indexOf('rowan-65b');
    const random = new Random(6);
    const asked = correctness.questions.slice(0, 400);
    const draw = (model: number) =>
      asked.map((question, q) => ({
        question,
        outcome: random.uniform() < pool.truth.probabilities.at(q, model) ? 1 : 0,
      }));
    const options = { claimed: 'rowan-65b', correctness, seed: 1 };
    const rerun = draw(claimed);
    const honest = verifyModel({ ...options, rerun, answers: draw(claimed) });
    expect(honest.verdict).toBe('consistent');
    const substitute = correctness.models.indexOf('maple-34b-logic');
    const other = verifyModel({ ...options, rerun, answers: draw(substitute) });
    expect(other.verdict).toBe('different');
    expect(other.tests).toHaveLength(3);
  });
});

describe('probes of noise', () => {
  const permuted = 99;

  it('find neither families nor specialities nor sizes', async () => {
    const small: number[] = [];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const pool = simulateNoise({ seed, models: 48, questions: 600 });
      // Eight factors by force: left to validation it would take none.
      const trained = await trainOnPool(pool, 8);
      const { families, specialities } = pool.truth;
      const sizes = pool.dataset.models.map((model) => Math.log10(model.parametersBillion ?? 1));
      const options = { model: trained.model, permutations: permuted, seed };
      const { distances } = modelDistances({ model: trained.model, metric: 'euclidean' });
      for (const labels of [families, specialities]) {
        small.push(groupCloseness({ distances, labels, seed }).permanova.pValue);
      }
      for (const values of [families, specialities, sizes]) {
        small.push((await probeAttribute({ ...options, values })).pValue);
      }
      await trained.dispose();
    }
    // Thirty p-values, some of them of the same vectors.
    expect(small).toHaveLength(30);
    expect(small.filter((p) => p <= 0.05).length).toBeLessThanOrEqual(5);
    expect(Math.min(...small)).toBeGreaterThan(0.003);
    const mean = small.reduce((sum, p) => sum + p, 0) / small.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.2);
  });

  it('find no duplicates', async () => {
    const { correctness } = simulateNoise({ seed: 9, models: 24, questions: 800 }).dataset;
    const pairs = await duplicateModels({ correctness, count: 5 });
    for (const pair of pairs) expect(pair.adjustedPValue).toBeGreaterThan(0.05);
  });
});
