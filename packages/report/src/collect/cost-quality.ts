import { type CorrectnessMatrix, EmbedLLMError, type Matrix, singleBest } from '@embedllm/core';
import {
  averageImprovementInQuality,
  type CostedAnswers,
  costSaving,
  judgeChoices,
  type OperatingPoint,
  paretoDistance,
  performanceGain,
  singleModelPoints,
  sweepUtility,
  upperHull,
} from '@embedllm/router/evaluation';
import type {
  CostQualityContent,
  CostQualityPoint,
  RouterPoint,
} from '../content/cost-quality-content.js';
import type { StudyPart, TestStudy } from './test-study.js';

/** Models with fewer answers would be judged on other questions than the rest. */
const MINIMUM_COVERAGE = 0.9;
/** The models whose share of the questions is listed. */
const TRAFFIC = 3;
/** Prices of a dollar: none, then twenty a decade around the spread of the pool's prices. */
const STEPS_A_DECADE = 20;

interface CostedPart extends CostedAnswers {
  readonly probabilities: Matrix;
}

/**
 * The router's accuracy against its expected cost, next to single models, all on the same test
 * questions. Settings are those that lie on the hull of the validation questions.
 *
 * @throws EmbedLLMError `invalid-data` where fewer than two models have a price, a length of
 * answers and enough answers.
 */
export function collectCostQuality({ train, validation, test }: TestStudy): CostQualityContent {
  const { models } = test.correctness;
  const isPriced = models.map((_, model) =>
    Number.isFinite(test.costsUsd.rows > 0 ? test.costsUsd.at(0, model) : Number.NaN),
  );
  const coverage = coverageOf(test.correctness);
  // Sums of shares are off by a rounding.
  const isCovered = (model: number): boolean => coverage[model]! >= MINIMUM_COVERAGE - 1e-9;
  const kept = models.flatMap((_, model) => (isPriced[model] && isCovered(model) ? [model] : []));
  const unpriced = models.filter((_, model) => !isPriced[model]);
  if (kept.length < 2) {
    throw new EmbedLLMError(
      `A curve needs two models with a known price and answer length that answered ${100 * MINIMUM_COVERAGE}% of the test questions, but ${kept.length === 1 ? 'there is one' : 'there are none'}: ${unpriced.length} of ${models.length} have no known price or length (pricePerMillionOutputTokens; meanOutputTokens or metadata.meanOutputChars).`,
      { code: 'invalid-data' },
    );
  }
  const part = ({ correctness, probabilities, costsUsd }: StudyPart): CostedPart => ({
    correctness: correctness.selectModels(kept),
    probabilities: probabilities.selectColumns(kept),
    costsUsd: costsUsd.selectColumns(kept),
  });
  const [onValidation, onTest] = [part(validation), part(test)];
  const singles = singleModelPoints(onTest, { minimumShare: 0 }).map(described);
  const best = singles[singleBest(train.selectModels(kept)).model] as CostQualityPoint;
  const sweep = (on: CostedPart, lambdas: readonly number[]) =>
    sweepUtility({ ...on, predictedCostsUsd: on.costsUsd, lambdas });
  // The test decides nothing: settings are those on validation's hull.
  const chosen = upperHull(sweep(onValidation, lambdasFor(singles))).map(({ lambda }) => lambda);
  const router = chosen
    .map((lambda): RouterPoint => routerPoint(onTest, lambda))
    .sort((a, b) => a.costUsd - b.costUsd);
  const zeroRouter = upperHull(singles);
  return {
    questions: onTest.correctness.questionCount,
    models: singles,
    best,
    router,
    zeroRouter,
    averageQuality: averages(router, zeroRouter, best),
    againstSingles:
      best.quality > 0
        ? {
            performanceGain: performanceGain(router, best),
            costSaving: costSaving(router, best),
            paretoDistance: paretoDistance(router, singles),
          }
        : undefined,
    unpriced,
    sparse: models.filter((_, model) => isPriced[model] && !isCovered(model)),
    minimumCoverage: MINIMUM_COVERAGE,
  };
}

function described({ label = '', costUsd, quality }: OperatingPoint): CostQualityPoint {
  return { label, costUsd, quality };
}

/** A λ matters where it turns differences of probability into differences of cost. */
function lambdasFor(singles: readonly CostQualityPoint[]): number[] {
  const costs = singles.map(({ costUsd }) => costUsd).filter((cost) => cost > 0);
  const low = Math.floor(Math.log10(0.001 / Math.max(...costs)));
  const high = Math.ceil(Math.log10(1 / Math.min(...costs)));
  const steps = (high - low) * STEPS_A_DECADE;
  return [0, ...Array.from({ length: steps + 1 }, (_, k) => 10 ** (low + k / STEPS_A_DECADE))];
}

function routerPoint(part: CostedPart, lambda: number): RouterPoint {
  const { probabilities, costsUsd, correctness } = part;
  const counts = new Map<string, number>();
  let questions = 0;
  const { costUsd, quality } = judgeChoices(part, (question, answered) => {
    const value = (model: number): number =>
      probabilities.at(question, model) - lambda * costsUsd.at(question, model);
    const model = answered.reduce((top, other) => (value(other) > value(top) ? other : top));
    const name = correctness.models[model] as string;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    questions++;
    return model;
  });
  return {
    label: `λ = ${Number(lambda.toPrecision(3)).toLocaleString('en-US')}`,
    lambda,
    costUsd,
    quality,
    traffic: [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, TRAFFIC)
      .map(([model, count]) => ({ model, share: count / questions })),
  };
}

/** Over the costs that both curves cover, up to the best model's. */
function averages(
  router: readonly CostQualityPoint[],
  zeroRouter: readonly CostQualityPoint[],
  best: CostQualityPoint,
): CostQualityContent['averageQuality'] {
  const fromUsd = Math.max(router[0]?.costUsd ?? 0, zeroRouter[0]?.costUsd ?? 0);
  const toUsd = best.costUsd;
  if (!(toUsd > fromUsd)) return undefined;
  const range = [fromUsd, toUsd] as const;
  return {
    fromUsd,
    toUsd,
    router: averageImprovementInQuality(router, range),
    zeroRouter: averageImprovementInQuality(zeroRouter, range),
  };
}

/** How many of the questions each model was asked, as a share, length M. */
function coverageOf(truth: CorrectnessMatrix): Float64Array {
  const coverage = new Float64Array(truth.modelCount);
  truth.forEachLabel((_, model) => {
    coverage[model] = coverage[model]! + 1 / truth.questionCount;
  });
  return coverage;
}
