import { expectedCalibrationError, Matrix, singleBest } from '@embedllm/core';
import { fitCalibration } from '@embedllm/core/calibration';
import { trainDirect } from '@embedllm/trainer';
import { describe, expect, it } from 'vitest';
import { hasZeroEval, readCostedZeroEval } from '../bench/zeroeval/read-costs.js';
import {
  judgeChoices,
  meanQuality,
  qualityAt,
  singleModelPoints,
  sweepUtility,
  upperHull,
} from '../src/evaluation/index.js';
import { preferring, Router, utility } from '../src/index.js';

describe.skipIf(!hasZeroEval)('routing ZeroEval, all settings chosen on validation', async () => {
  // The body of a skipped suite runs too.
  if (!hasZeroEval) {
    it.skip('needs the folder that EMBEDLLM_ZEROEVAL names', () => {});
    return;
  }
  const data = await readCostedZeroEval();
  const M = data.models.length;
  const part = (indices: readonly number[]) => {
    const costsUsd = data.outputTokens.selectRows(indices);
    costsUsd.data.forEach((tokens, i) => {
      costsUsd.data[i] = (tokens * (data.prices[i % M] ?? 0)) / 1e6;
    });
    return {
      embeddings: data.embeddings.selectRows(indices),
      correctness: data.correctness.selectQuestions(indices),
      costsUsd,
    };
  };
  const [train, validation, test] = [data.split.train, data.split.validation, data.split.test].map(
    part,
  ) as [ReturnType<typeof part>, ReturnType<typeof part>, ReturnType<typeof part>];
  const { model } = await trainDirect({ train, validation });
  const models = data.models.map((info, m) => {
    const tokens = data.split.train.map((q) => data.outputTokens.at(q, m));
    const known = tokens.filter((count) => !Number.isNaN(count));
    const meanOutputTokens = known.reduce((sum, count) => sum + count, 0) / known.length;
    return { ...info, meanOutputTokens };
  });
  const router = new Router({ model, models });
  const singles = singleModelPoints(test);
  const label =
    data.models[singleBest(part([...data.split.train, ...data.split.validation]).correctness).model]
      ?.name ?? '';
  const { costUsd: bestCost = 0, quality: bestQuality = 0 } =
    singles.find((point) => point.label === label) ?? {};

  it('finds the single models of the zero router', () => {
    expect(label).toMatch(/^o1-mini/);
    expect(bestQuality).toBeCloseTo(0.93, 2);
    expect(qualityAt(upperHull(singles), 0.14e-3)).toBeGreaterThan(0.76);
  });

  it('lies above the hull of single models by 2 points between 10% and 90% of the best cost', () => {
    const sweep = (set: typeof validation, lambdas: readonly number[]) => {
      const { probabilities, costsUsd } = router.predict(set.embeddings);
      return sweepUtility({ ...set, probabilities, predictedCostsUsd: costsUsd, lambdas });
    };
    const grid = Array.from({ length: 81 }, (_, k) => 10 ** (-2 + k / 10));
    const lambdas = upperHull(sweep(validation, grid)).map(({ lambda }) => lambda);
    const points = sweep(test, lambdas).sort((a, b) => a.costUsd - b.costUsd);
    const range = [0.1 * bestCost, 0.9 * bestCost] as const;
    const gain = meanQuality(points, ...range) - meanQuality(upperHull(singles), ...range);
    expect(gain).toBeGreaterThanOrEqual(0.02);
  });

  it('sweeps what the router itself chooses', () => {
    const { probabilities, costsUsd } = router.predict(test.embeddings);
    const everywhere = {
      correctness: test.correctness,
      costsUsd: new Matrix(
        test.costsUsd.rows,
        M,
        test.costsUsd.data.map((c) => (Number.isNaN(c) ? 0 : c)),
      ),
    };
    const routed = judgeChoices(everywhere, (question, answered) => {
      const { model } = router.routeEmbedding(test.embeddings.row(question), {
        policy: utility({ lambda: 100 }),
        models: answered.map((m) => models[m]?.name ?? ''),
      });
      return models.findIndex(({ name }) => name === model.name);
    });
    const [swept] = sweepUtility({
      ...everywhere,
      probabilities,
      predictedCostsUsd: costsUsd,
      lambdas: [100],
    });
    expect(routed.quality).toBeCloseTo(swept?.quality ?? 0, 9);
    expect(routed.costUsd).toBeCloseTo(swept?.costUsd ?? 0, 9);
  });

  it('is not less accurate than the best single model', () => {
    const stay = (set: typeof validation, margin: number): number =>
      judgeChoices(set, (question, answered) => {
        const { model } = router.routeEmbedding(set.embeddings.row(question), {
          policy: preferring({ model: label, margin }),
          models: answered.map((m) => models[m]?.name ?? ''),
          top: 1,
        });
        return models.findIndex(({ name }) => name === model.name);
      }).quality;
    const margins = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
    const onVal = margins.map((margin) => stay(validation, margin));
    const margin = margins[onVal.lastIndexOf(Math.max(...onVal))] ?? 0;
    expect(stay(test, margin)).toBeGreaterThanOrEqual(bestQuality);
  });

  it('gives probabilities that come true within 4 points', () => {
    const logits = router.score(validation.embeddings);
    const calibration = fitCalibration({ logits, correctness: validation.correctness });
    const { probabilities } = new Router({ model, calibration }).predict(test.embeddings);
    expect(expectedCalibrationError(probabilities, test.correctness)).toBeLessThan(0.04);
  });
});
