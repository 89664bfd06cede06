// What the category of a question adds to its text, known or inferred, over fresh 80/10/10 splits:
//   tsx bench/categories.bench.ts [fixed | lsa | simulated | noise | shuffled] [splits] [--choose]
// fixed: the embeddings that come with ZeroEval; lsa: this project's encoder, fitted on the training
// questions of each split; simulated: the simulated pool, lsa; noise: a pool without any
// interaction of model and question, lsa; shuffled: fixed, with categories dealt out at random.
// --choose: also with the strength (0.3, 1 or 3) and the unit of the ridges chosen by the validation
// log loss of each split, categories known; one fit, timed with known, serves known and inferred.
import {
  type CorrectnessMatrix,
  evaluatePredictions,
  type Matrix,
  type QuestionSplit,
  Random,
  splitQuestions,
} from '@embedllm/core';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { simulateNoise, simulatePool } from '@embedllm/simulated-pool';
import {
  bootstrapMean,
  type CategorizedSet,
  type ComparedMetric,
  type ComparisonRow,
  categoryMeans,
  compare,
  directSolver,
  directWithCategories,
  type Estimator,
  resolveEngine,
} from '../src/index.js';
import { readZeroEval } from '../test/zeroeval.js';
import { chosenCategories } from './chosen-categories.js';

const METRICS: readonly ComparedMetric[] = [
  'accuracy',
  'auroc',
  'brierScore',
  'logLoss',
  'expectedCalibrationError',
  'routingAccuracy',
];

interface Source {
  readonly correctness: CorrectnessMatrix;
  readonly categories: readonly string[];
  readonly embed: (split: QuestionSplit) => Promise<Matrix>;
  /** The split that comes with the data. */
  readonly fixedSplit?: QuestionSplit | undefined;
}

const words = process.argv.slice(2).filter((word) => word !== '--choose');
const name = words[0] ?? 'fixed';
const splits = Number(words[1] ?? 10);
const chosen = process.argv.includes('--choose') ? chosenCategories() : undefined;
const { correctness, categories, embed, fixedSplit } = await openSource(name);
const engine = await resolveEngine();
const estimators = [
  directSolver(),
  directWithCategories({ categories: 'known' }),
  directWithCategories({ categories: 'inferred' }),
  categoryMeans(),
  ...(chosen?.estimators ?? []),
];
if (fixedSplit) await measureFixedSplit(fixedSplit);
/** By estimator and split: the error of forecasting models' accuracies on the test questions. */
const forecastErrors = estimators.map((): number[] => []);
const runs: ComparisonRow[][] = [];
for (let seed = 0; seed < splits; seed++) {
  const embeddings = await embed(splitQuestions(categories, { seed }));
  const data = { embeddings, correctness, categories };
  runs.push(
    await compare({ data, estimators: estimators.map(withForecasts), seeds: [seed], engine }),
  );
}
await engine.dispose();
if (chosen) {
  const listed = chosen.choices.map(({ strength, unit }) => `${strength} ${unit}`);
  console.log(`strength and unit chosen, by fit: ${listed.join(', ')}`);
}

console.log(
  `${name}, ${splits} splits: means; difference from direct, with 95% bootstrap interval; on how many better`,
);
const seconds = (estimator: number): number =>
  runs.reduce((sum, run) => sum + (run[estimator]?.fitSeconds ?? 0), 0) / runs.length;
for (const [index, { name: estimator }] of estimators.entries()) {
  console.log(
    `${estimator}: fit ${seconds(index).toFixed(2)} s, ${(seconds(index) / seconds(0)).toFixed(2)} x direct`,
  );
  for (const metric of [...METRICS, 'forecastError'] as const) {
    const values = valuesOf(index, metric);
    const differences = values.map((value, seed) => value - (valuesOf(0, metric)[seed] ?? 0));
    const { mean, lower, upper } = bootstrapMean(differences, 10_000, new Random(0));
    const sign =
      metric === 'accuracy' || metric === 'auroc' || metric === 'routingAccuracy' ? 1 : -1;
    const better = differences.filter((difference) => sign * difference > 0).length;
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    console.log(
      `  ${metric} ${average.toFixed(4)}; ${mean.toFixed(4)} [${lower?.toFixed(4)}, ${upper?.toFixed(4)}]; ${better} of ${splits}`,
    );
  }
}

async function measureFixedSplit(split: QuestionSplit): Promise<void> {
  const embeddings = await embed(split);
  const part = (indices: readonly number[]): CategorizedSet => ({
    embeddings: embeddings.selectRows(indices),
    correctness: correctness.selectQuestions(indices),
    categories: indices.map((index) => categories[index] ?? ''),
  });
  const [train, validation, test] = [part(split.train), part(split.validation), part(split.test)];
  console.log('fixed split: accuracy, AUROC, Brier, log loss, ECE, routing');
  for (const estimator of estimators) {
    const predictor = await estimator.fit({ train, validation, engine, seed: 0 });
    const predictions = await predictor.predictProbabilities(test.embeddings, {
      categories: test.categories,
    });
    const figures = evaluatePredictions(predictions, test.correctness);
    const values = METRICS.map((metric) => figures[metric]?.toFixed(4));
    console.log(`  ${estimator.name}: ${values.join(' ')}`);
  }
}

/** Also forecasts each model's accuracy on each benchmark by the mean of its probabilities. */
function withForecasts(estimator: Estimator, index: number): Estimator {
  return {
    name: estimator.name,
    fit: async (task) => {
      const predictor = await estimator.fit(task);
      return {
        name: predictor.name,
        predictProbabilities: async (inputs, context) => {
          const probabilities = await predictor.predictProbabilities(inputs, context);
          const error = forecastError(probabilities, context?.truth, context?.categories ?? []);
          forecastErrors[index]?.push(error);
          return probabilities;
        },
      };
    },
  };
}

/** Mean |mean probability - accuracy|, over models and benchmarks, on the labelled questions. */
function forecastError(
  probabilities: Matrix,
  truth: CorrectnessMatrix | undefined,
  of: readonly string[],
): number {
  const sums = new Map<string, number>();
  const counts = new Map<string, number>();
  truth?.forEachLabel((question, model, label) => {
    const key = `${model} ${of[question]}`;
    sums.set(key, (sums.get(key) ?? 0) + probabilities.at(question, model) - label);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  const errors = [...sums].map(([key, sum]) => Math.abs(sum) / (counts.get(key) ?? 1));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

function valuesOf(estimator: number, metric: ComparedMetric | 'forecastError'): number[] {
  if (metric === 'forecastError') return forecastErrors[estimator] ?? [];
  return runs.map((run) => run[estimator]?.values[metric][0] ?? Number.NaN);
}

async function openSource(source: string): Promise<Source> {
  if (source === 'simulated' || source === 'noise') {
    const sizes = { seed: 0, models: 24, questions: 3600 };
    const { dataset } = source === 'noise' ? simulateNoise(sizes) : simulatePool(sizes);
    return { ...dataset, ...textsOf(dataset.questions) };
  }
  const { folder } = await readZeroEval();
  const { embeddings, questions } = folder;
  if (!embeddings) throw new Error('ZeroEval comes with embeddings.');
  const texts = textsOf(questions);
  if (source === 'lsa') return { ...folder, ...texts, fixedSplit: folder.split };
  const of = [...texts.categories];
  if (source === 'shuffled') new Random(0).shuffle(of);
  return {
    correctness: folder.correctness,
    categories: of,
    embed: async () => embeddings,
    fixedSplit: source === 'fixed' ? folder.split : undefined,
  };
}

function textsOf(
  questions: readonly { prompt: string; category: string }[],
): Pick<Source, 'categories' | 'embed'> {
  const texts = questions.map(({ prompt }) => prompt);
  return {
    categories: questions.map(({ category }) => category),
    embed: async ({ train }) => {
      const encoder = await fitLsaEncoder({ texts: train.map((index) => texts[index] ?? '') });
      return encoder.encode(texts);
    },
  };
}
