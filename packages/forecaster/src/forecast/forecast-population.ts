import { abilityPosterior, type ObservedAnswers } from '../item-response/ability-posterior.js';
import type { AbilityPrior } from '../item-response/ability-prior.js';
import type { ItemParameters } from '../item-response/item-parameters.js';
import { benchmarkDraws, leaveOneOutProbabilities } from './benchmark-draws.js';
import type { MeasuredMisfit } from './misfit.js';
import { mixtureMoments, type NormalMixture } from './normal-mixture.js';
import { predictionPoweredMean } from './prediction-powered.js';

/** The parts of a fitted pool that forecasts need. */
export interface FittedQuestions {
  readonly items: ItemParameters;
  readonly abilityPrior: AbilityPrior;
  readonly benchmarkOf: Int32Array;
  readonly benchmarkCount: number;
}

/** The accuracy on the questions of one benchmark, as the item response model alone sees it. */
export interface PopulationForecast {
  /** Index of the benchmark. */
  readonly benchmark: number;
  /** N, questions of the population. */
  readonly questions: number;
  /** Those of them with an observed answer. */
  readonly answers: number;
  /** Right ones among the observed. */
  readonly correct: number;
  /** Distribution of the accuracy over all N questions; a component for each draw. */
  readonly mixture: NormalMixture;
  /** Probability that the model is stronger or weaker in general than all models of the pool. */
  readonly outside: number;
  /** How far the observed answers are from their predictions; only of random samples. */
  readonly misfit: MeasuredMisfit | undefined;
}

/**
 * Forecasts the accuracy on a finite population of questions: observed answers are known, and the
 * others are independent given the abilities, whose posterior is integrated over. One entry for
 * each benchmark that has questions in the population.
 */
export function forecastPopulation(options: {
  readonly fitted: FittedQuestions;
  readonly observed: ObservedAnswers;
  /** Indices of the questions, observed ones included. */
  readonly population: Int32Array;
  readonly draws: number;
  readonly seed: number;
  /** Whether the observed questions are a random sample of the population. */
  readonly randomSample: boolean;
}): PopulationForecast[] {
  const { fitted, observed, population, draws, seed, randomSample } = options;
  const { items, abilityPrior, benchmarkOf, benchmarkCount: B } = fitted;
  const posterior = abilityPosterior({ items, prior: abilityPrior, observed, draws, seed });
  const answered = new Map<number, number>();
  observed.questions.forEach((question, index) => {
    answered.set(question, index);
  });
  const inPopulation = population.filter((question) => answered.has(question));
  const unanswered = population.filter((question) => !answered.has(question));
  const remaining = benchmarkDraws({
    items,
    posterior,
    questions: unanswered,
    benchmarkOf,
    benchmarks: B,
  });
  const labels = Uint8Array.from(
    inPopulation,
    (question) => observed.labels[answered.get(question) as number]!,
  );
  const predictions = randomSample
    ? leaveOneOutProbabilities({ items, posterior, questions: inPopulation, labels })
    : undefined;
  const totals = new Int32Array(B);
  for (const question of population) {
    const benchmark = benchmarkOf[question]!;
    totals[benchmark] = totals[benchmark]! + 1;
  }
  const forecasts: PopulationForecast[] = [];
  for (let benchmark = 0; benchmark < B; benchmark++) {
    const N = totals[benchmark]!;
    if (N === 0) continue;
    const own = [...inPopulation.keys()].filter(
      (index) => benchmarkOf[inPopulation[index]!] === benchmark,
    );
    const ownLabels = own.map((index) => labels[index]!);
    const correct = ownLabels.reduce((sum, label) => sum + label, 0);
    const mixture: NormalMixture = {
      means: posterior.weights.map(
        (_, draw) => (correct + remaining.sums[draw * B + benchmark]!) / N,
      ),
      variances: posterior.weights.map(
        (_, draw) => remaining.variances[draw * B + benchmark]! / N ** 2,
      ),
      weights: posterior.weights,
    };
    const ownPredictions = predictions && own.map((index) => predictions[index]!);
    forecasts.push({
      benchmark,
      questions: N,
      answers: own.length,
      correct,
      mixture,
      outside: posterior.outside,
      misfit: ownPredictions && measureMisfit({ ownLabels, ownPredictions, mixture, correct, N }),
    });
  }
  return forecasts;
}

function measureMisfit(options: {
  readonly ownLabels: readonly number[];
  readonly ownPredictions: readonly number[];
  readonly mixture: NormalMixture;
  readonly correct: number;
  readonly N: number;
}): MeasuredMisfit | undefined {
  const { ownLabels, ownPredictions, mixture, correct, N } = options;
  if (ownLabels.length === 0) return undefined;
  const { mean } = mixtureMoments(mixture);
  const predicted = ownPredictions.reduce((sum, p) => sum + p, 0);
  const powered = predictionPoweredMean({
    labels: ownLabels,
    predictions: ownPredictions,
    populationMean: mean + (predicted - correct) / N,
    population: N,
  });
  return { difference: powered.mean - mean, variance: powered.variance };
}
