/**
 * What routing saves on ZeroEval: accuracy against cost (price x visible characters / 4) of the
 * models that answered at least 97% of the questions, over the fixed split and nine more. Settings
 * of the training, k of k-NN, λ and margin are chosen on validation; expected costs are training
 * means; what choices really cost and achieve is measured on test. The zero router, the convex
 * hull of the single models, is drawn on test itself, which favours it.
 *
 * With `--published` the published training (Adam, 50 epochs, d = 232) takes part, which needs a
 * TensorFlow.js backend and a minute a split; `--splits=3` takes the first three. With a file name
 * as last argument the points of the fixed split's curves are written to it as CSV.
 */
import { writeFileSync } from 'node:fs';
import { expectedCalibrationError, Matrix, singleBest, splitQuestions } from '@embedllm/core';
import { fitCalibration } from '@embedllm/core/calibration';
import { fitKNearestNeighbours, resolveEngine, trainDirect } from '@embedllm/trainer';
import {
  averageImprovementInQuality,
  averagePerformanceGapRecovered,
  type CostedAnswers,
  deferralCurve,
  judgeChoices,
  meanQuality,
  type OperatingPoint,
  type SweepPoint,
  singleModelPoints,
  sweepUtility,
  upperHull,
} from '../src/evaluation/index.js';
import { Router } from '../src/index.js';
import { meanWithInterval } from './zeroeval/mean-with-interval.js';
import { hasZeroEval, readCostedZeroEval } from './zeroeval/read-costs.js';

const LAMBDAS = Array.from({ length: 161 }, (_, k) => 10 ** (-2 + k / 20));
const MARGINS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

if (!hasZeroEval) {
  console.log('ZeroEval is not here: set EMBEDLLM_ZEROEVAL to its folder.');
  process.exit(0);
}
const table = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const data = await readCostedZeroEval();
const { models, correctness, embeddings, categories, outputTokens, prices } = data;
const M = models.length;
const engine = await resolveEngine();
const splits = [
  data.split,
  ...Array.from({ length: 9 }, (_, k) => splitQuestions(categories, { seed: 100 + k })),
].slice(0, Number(process.argv.find((a) => a.startsWith('--splits='))?.slice(9) ?? 10));

/** Labels and real costs of some questions. */
interface Part extends CostedAnswers {
  readonly embeddings: Matrix;
}
function part(indices: readonly number[]): Part {
  const costsUsd = outputTokens.selectRows(indices);
  for (let i = 0; i < costsUsd.data.length; i++) {
    costsUsd.data[i] = ((costsUsd.data[i] ?? 0) * (prices[i % M] ?? 0)) / 1e6;
  }
  return {
    embeddings: embeddings.selectRows(indices),
    correctness: correctness.selectQuestions(indices),
    costsUsd,
  };
}

const results = new Map<string, Map<string, number[]>>();
function note(router: string, figure: string, value: number): void {
  const figures = results.get(router) ?? new Map<string, number[]>();
  results.set(router, figures);
  figures.set(figure, [...(figures.get(figure) ?? []), value]);
}
const calibration: [before: number[], temperature: number[], isotonic: number[]] = [[], [], []];

for (const [number, split] of splits.entries()) {
  const [train, validation, test] = [part(split.train), part(split.validation), part(split.test)];
  const singles = singleModelPoints(test);
  const hull = upperHull(singles);
  // The best model by what was known before the test.
  const best = singleBest(part([...split.train, ...split.validation]).correctness).model;
  const { costUsd: bestCost = 0, quality: bestQuality = 0 } =
    singles.find(({ label }) => label === models[best]?.name) ?? {};
  const [from, to] = [0.1 * bestCost, 0.9 * bestCost];
  note('zero router (hull of single models)', 'curve', 100 * meanQuality(hull, from, to));
  note(
    'zero router (hull of single models)',
    'AIQ',
    100 * averageImprovementInQuality(hull, [from, to]),
  );
  note('the best single model', 'accuracy', 100 * bestQuality);

  const { model } = await trainDirect({ train, validation, engine });
  const neighbours = await fitKNearestNeighbours({ train, validation, engine });
  const router = new Router({ model });
  {
    const fit = (method: 'temperature' | 'isotonic') => {
      const logits = router.score(validation.embeddings);
      const fitted = fitCalibration({ logits, correctness: validation.correctness, method });
      return new Router({ model, calibration: fitted }).predict(test.embeddings).probabilities;
    };
    const error = (p: Matrix): number => 100 * expectedCalibrationError(p, test.correctness);
    calibration[0].push(error(router.predict(test.embeddings).probabilities));
    calibration[1].push(error(fit('temperature')));
    calibration[2].push(error(fit('isotonic')));
  }
  const means = meanCosts(train.costsUsd);
  const candidates = [
    {
      name: 'embedllm router',
      probabilities: [validation, test].map((set) => router.predict(set.embeddings).probabilities),
    },
    {
      name: 'k-NN',
      probabilities: [
        await neighbours.predictProbabilities(validation.embeddings),
        await neighbours.predictProbabilities(test.embeddings),
      ],
    },
  ];
  if (process.argv.includes('--published')) {
    const { trainAdam } = await import('@embedllm/trainer/tfjs');
    const published = await trainAdam({ train });
    candidates.push({
      name: 'published training',
      probabilities: [validation, test].map((set) =>
        published.model.predictProbabilities(set.embeddings),
      ),
    });
    console.error(`split ${number}: ${published.backend}, ${published.seconds.toFixed(0)} s`);
  }
  const curves: { name: string; points: readonly OperatingPoint[] }[] = [];
  for (const { name, probabilities } of candidates) {
    const [onValidation, onTest] = probabilities as [Matrix, Matrix];
    const sweep = (set: Part, p: Matrix, lambdas: readonly number[]): SweepPoint[] =>
      sweepUtility({
        ...set,
        probabilities: p,
        predictedCostsUsd: repeat(means, p.rows),
        lambdas,
      });
    // Only settings that validation puts on its hull; the test decides nothing.
    const lambdas = upperHull(sweep(validation, onValidation, LAMBDAS)).map(({ lambda }) => lambda);
    const points = sweep(test, onTest, lambdas).sort((a, b) => a.costUsd - b.costUsd);
    const curve = [hull[0] as OperatingPoint, ...points].sort((a, b) => a.costUsd - b.costUsd);
    note(name, 'curve', 100 * meanQuality(curve, from, to));
    note(name, 'gain', 100 * (meanQuality(curve, from, to) - meanQuality(hull, from, to)));
    note(name, 'AIQ', 100 * averageImprovementInQuality(curve, [from, to]));
    const stay = (set: Part, p: Matrix, margin: number): number =>
      judgeChoices(set, (question, answered) => {
        const value = (m: number): number => p.at(question, m) + (m === best ? margin : 0);
        return answered.reduce((top, m) => (value(m) > value(top) ? m : top));
      }).quality;
    const onMargins = MARGINS.map((margin) => stay(validation, onValidation, margin));
    const margin = MARGINS[onMargins.lastIndexOf(Math.max(...onMargins))] ?? 0;
    note(name, 'accuracy', 100 * stay(test, onTest, 0));
    note(name, 'preferring', 100 * stay(test, onTest, margin));
    note(name, 'APGR', apgr(test, onTest, best, cheap()));
    curves.push({ name, points: curve });
  }
  if (number === 0 && table) {
    const series = [
      ...curves,
      { name: 'zero router', points: hull },
      { name: 'single models', points: singles },
    ];
    const rows = series.flatMap(({ name, points }) =>
      points.map(({ costUsd, quality }) => `"${name}",${costUsd},${quality}\n`),
    );
    writeFileSync(table, `curve,costUsd,quality\n${rows.join('')}`);
  }
}
await engine.dispose();

console.log(
  `${M} models observed on at least 97% of ${correctness.questionCount} questions; fixed split and ${splits.length - 1} seeded ones.`,
);
console.log('Fixed split, then mean and 95% interval over all splits, in points.\n');
const columns = ['curve', 'gain', 'AIQ', 'accuracy', 'preferring', 'APGR'];
console.log(`| | ${columns.join(' | ')} |\n| --- |${columns.map(() => ' --- |').join('')}`);
for (const [name, figures] of results) {
  const cells = columns.map((column) => {
    const values = figures.get(column);
    return values ? `${values[0]?.toFixed(2)}; ${meanWithInterval(values, 2)}` : '';
  });
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
const [before, temperature, isotonic] = calibration.map((values) => meanWithInterval(values, 2));
console.log(
  `\nECE on test, in points: ${before} uncalibrated, ${temperature} temperature, ${isotonic} isotonic.`,
);

/** gpt-4o-mini, the usual weak model. */
function cheap(): number {
  return models.findIndex(({ name }) => name.startsWith('gpt-4o-mini'));
}

function apgr(set: Part, p: Matrix, strong: number, weak: number): number {
  const asked = set.correctness.questions
    .map((_, q) => q)
    .filter((q) => [strong, weak].every((m) => set.correctness.get(q, m) !== undefined));
  const quality = (m: number): number[] => asked.map((q) => set.correctness.get(q, m) ?? 0);
  return averagePerformanceGapRecovered(
    deferralCurve({
      scores: asked.map((q) => p.at(q, strong) - p.at(q, weak)),
      strong: quality(strong),
      weak: quality(weak),
    }),
  );
}

function meanCosts(costs: Matrix): Float32Array {
  return Float32Array.from({ length: M }, (_, m) => {
    const own = Array.from({ length: costs.rows }, (_, q) => costs.at(q, m)).filter(
      (cost) => !Number.isNaN(cost),
    );
    return own.reduce((sum, cost) => sum + cost, 0) / own.length;
  });
}

function repeat(row: Float32Array, rows: number): Matrix {
  const matrix = new Matrix(rows, row.length);
  for (let index = 0; index < rows; index++) matrix.row(index).set(row);
  return matrix;
}
