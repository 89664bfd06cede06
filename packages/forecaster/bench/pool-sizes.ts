/**
 * Forecasts from pools of unusual sizes: of two models drawn from all, of two from the weaker half (which
 * forecast the strongest quarter), of 500 questions, and of 980 models (simulated, since no public
 * collection has as many). Random samples of 10, 30 and 100 answers.
 * With a file, every error is written to it; where it exists, such as from another version of the
 * code, both are compared pair by pair.
 *
 * Usage: tsx bench/pool-sizes.ts [folder = ZeroEval] [errors.json] [two,two-weak,few-questions,thousand]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type CorrectnessMatrix, estimateAccuracies, MISSING, Random } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { simulatePool } from '@embedllm/simulated-pool';
import { fitItemResponse, forecastBenchmarks } from '../src/index.js';
import { readZeroEval } from './zeroeval.js';

const COUNTS = [10, 30, 100];
const [folderName = '', file = '', kinds = 'two,two-weak,few-questions,thousand'] =
  process.argv.slice(2);
const { questions, correctness } = folderName
  ? await readEvaluationFolder(folderName)
  : await readZeroEval();
const categories = questions.map(({ category }) => category ?? 'all');
/** Absolute errors and whether the interval held, by case and number of answers. */
const results: Record<string, { errors: number[]; held: boolean[] }> = {};

/** Forecasts the models `leftOut` from all others in `pool`. */
async function study(
  kind: string,
  options: {
    readonly correctness: CorrectnessMatrix;
    readonly categories: readonly string[];
    readonly pool: readonly number[];
    readonly leftOut: readonly number[];
  },
): Promise<void> {
  const { correctness: all, categories: names } = options;
  const M = all.modelCount;
  const pool = await fitItemResponse({
    correctness: all.selectModels(options.pool),
    categories: names,
  });
  for (const model of options.leftOut) {
    const labelOf = (q: number): number => all.labels[q * M + model]!;
    const asked = [...names.keys()].filter((q) => labelOf(q) !== MISSING);
    const order = new Random(model).shuffle([...asked]);
    for (const n of COUNTS) {
      const { benchmarks } = forecastBenchmarks({
        pool,
        questions: asked.map((q) => all.questions[q]!),
        responses: order
          .slice(0, n)
          .map((q) => ({ question: all.questions[q]!, outcome: labelOf(q) })),
        draws: 256,
      });
      for (const { benchmark, accuracy, lower, upper } of benchmarks) {
        const own = asked.filter((q) => names[q] === benchmark);
        if (own.length < 20) continue;
        const truth = own.reduce((sum, q) => sum + labelOf(q), 0) / own.length;
        results[`${kind}|${n}`] ??= { errors: [], held: [] };
        const { errors, held } = results[`${kind}|${n}`]!;
        errors.push(100 * Math.abs(accuracy - truth));
        held.push(truth >= lower - 1e-9 && truth <= upper + 1e-9);
      }
    }
  }
}

for (const kind of kinds.split(',')) {
  if (kind === 'two') {
    for (let seed = 0; seed < 10; seed++) {
      const order = new Random(seed).shuffle([...correctness.models.keys()]);
      const [pool, leftOut] = [order.slice(0, 2), order.slice(2, 12)];
      await study(kind, { correctness, categories, pool, leftOut });
    }
  } else if (kind === 'two-weak') {
    const rank = estimateAccuracies(correctness).map((estimate) => estimate?.accuracy ?? 0);
    const sorted = [...rank.keys()].sort((a, b) => rank[a]! - rank[b]!);
    for (let seed = 0; seed < 10; seed++) {
      const random = new Random(seed);
      const pool = random.shuffle(sorted.slice(0, sorted.length / 2)).slice(0, 2);
      const leftOut = random.shuffle(sorted.slice((3 * sorted.length) / 4)).slice(0, 6);
      await study(kind, { correctness, categories, pool, leftOut });
    }
  } else if (kind === 'few-questions') {
    for (let seed = 0; seed < 2; seed++) {
      const random = new Random(seed);
      const kept = random.shuffle([...questions.keys()]).slice(0, 500);
      const order = random.shuffle([...correctness.models.keys()]);
      await study(kind, {
        correctness: correctness.selectQuestions(kept),
        categories: kept.map((q) => categories[q]!),
        pool: order.slice(10),
        leftOut: order.slice(0, 10),
      });
    }
  } else {
    const { dataset } = simulatePool({ seed: 1, models: 1000, questionsPerBenchmark: 25 });
    const order = new Random(1).shuffle([...dataset.correctness.models.keys()]);
    await study(kind, {
      correctness: dataset.correctness,
      categories: dataset.questions.map(({ category }) => category),
      pool: order.slice(20),
      leftOut: order.slice(0, 20),
    });
  }
}

const mean = (values: readonly number[]) => values.reduce((s, x) => s + x, 0) / values.length;
const known: typeof results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
console.log('| case | answers | error in points | held | error before | paired difference |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [key, { errors, held }] of Object.entries(results)) {
  const cells = [...key.split('|'), mean(errors).toFixed(2)];
  cells.push(`${(100 * mean(held.map(Number))).toFixed(1)}% of ${held.length}`);
  const before = known[key];
  if (before) {
    const differences = errors.map((error, index) => error - before.errors[index]!);
    const centre = mean(differences);
    const variance = mean(differences.map((x) => (x - centre) ** 2));
    const deviation = Math.sqrt(variance / differences.length).toFixed(2);
    cells.push(mean(before.errors).toFixed(2), `${centre.toFixed(2)} ± ${deviation}`);
  } else cells.push('', '');
  console.log(`| ${cells.join(' | ')} |`);
}
if (file && !existsSync(file)) writeFileSync(file, JSON.stringify(results));
