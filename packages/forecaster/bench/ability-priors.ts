/**
 * What other priors on a new model's abilities would change while it has few answers. Models are left
 * out inside pools; each gets 10 and 30 random answers, and its accuracy on every benchmark of 20
 * labels or more is forecast. The posterior under a prior comes from the draws of `abilityPosterior`,
 * weighed anew. Parts in logits are as broad as the pool and so many mean logits together, where those
 * of the pool's prior are in standard deviations of the pool, which are few logits where its models are
 * alike. Intervals are as the model has them, not calibrated.
 *
 * Usage: tsx bench/ability-priors.ts [folder = ZeroEval] [orders = 4] [seeds = 2] [divisions]
 */
import { join } from 'node:path';
import { Random } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { benchmarkDraws } from '../src/forecast/benchmark-draws.js';
import { AbilityDensity } from '../src/item-response/ability-density.js';
import { abilityPosterior } from '../src/item-response/ability-posterior.js';
import type { AbilityPrior } from '../src/item-response/ability-prior.js';
import { fitPool } from '../src/item-response/fit-pool.js';
import { textFeatures } from '../src/item-response/text-features.js';
import { fitTwoParameter, type Task, twoParameter } from './baselines.js';
import { type Division, divisions } from './divisions.js';
import { logDensity, PRESENT, PRIORS } from './prior-parts.js';

const COUNTS = [10, 30];
const DRAWS = 256;
const [
  folderName,
  ordersText = '4',
  seedsText = '2',
  kinds = 'random/random,date/date,strength/strength,date/strength',
] = process.argv.slice(2);
const folder = await readEvaluationFolder(
  folderName ?? join(import.meta.dirname, '../../../../shared/data/zeroeval'),
);
const { questions, correctness } = folder;
const [Q, M] = [questions.length, correctness.modelCount];
const categories = questions.map(({ category }) => category ?? 'all');
const names = [...new Set(categories)];
const B = names.length;
const benchmarkOf = Int32Array.from(categories, (name) => names.indexOf(name));
const embeddings = folder.embeddings ?? (await encodeTexts());
const features = textFeatures(embeddings, benchmarkOf, 32, 0);

async function encodeTexts() {
  const texts = questions.map(({ prompt }) => prompt ?? '');
  const encoder = await fitLsaEncoder({ texts, dimensions: 64 });
  return encoder.encode(texts);
}

const METHODS = ['2PL', 'mean of 2PL and present', ...Object.keys(PRIORS)];

interface Cell {
  error: number;
  bias: number;
  held: number;
  count: number;
}
const cells = new Map<string, Cell>();
function note(kind: string, method: string, n: number, error: number, held: boolean): void {
  const key = `${kind}|${method}|${n}`;
  const { error: sum, bias, held: hits, count } = cells.get(key) ?? EMPTY;
  cells.set(key, {
    error: sum + Math.abs(error),
    bias: bias + error,
    held: hits + (held ? 1 : 0),
    count: count + 1,
  });
}
const EMPTY: Cell = { error: 0, bias: 0, held: 0, count: 0 };

for (const kind of kinds.split(',')) {
  for (const division of divisions(correctness, kind, Number(seedsText))) study(kind, division);
}
report();

function study(kind: string, { pool, leftOut, seed }: Division): void {
  const { labels } = correctness.selectModels(pool);
  const answers = { questions: Q, models: pool.length, labels };
  const common = { answers, benchmarkOf, benchmarks: B, features, iterations: 20 };
  const { items, abilityPrior: prior } = fitPool({ ...common, dimensions: 2 });
  const irt = fitTwoParameter(labels, Q, pool.length);
  const density = new AbilityDensity(prior);
  const logits = meanLogits(prior, items.means);
  console.error(`${kind} ${seed}: ${pool.length} models, deviation ${logits.toFixed(2)} logits`);
  for (const model of leftOut) {
    const labelOf = (q: number): number => correctness.labels[q * M + model]!;
    const asked = [...categories.keys()].filter((q) => correctness.get(q, model) !== undefined);
    const own = names.map((_, b) => asked.filter((q) => benchmarkOf[q] === b));
    for (let order = 0; order < Number(ordersText); order++) {
      const shuffled = new Random(500_000 + 1000 * model + order).shuffle([...asked]);
      for (const n of COUNTS) {
        const sample = shuffled.slice(0, n);
        const observed = new Map(sample.map((q) => [q, labelOf(q)]));
        const posterior = abilityPosterior({
          items,
          prior,
          observed: {
            questions: Int32Array.from(sample),
            labels: Uint8Array.from(sample, labelOf),
          },
          draws: DRAWS,
          seed: order,
        });
        const { sums, variances } = benchmarkDraws({
          items,
          posterior,
          questions: Int32Array.from(asked.filter((q) => !observed.has(q))),
          benchmarkOf,
          benchmarks: B,
        });
        const task: Task = {
          labels,
          models: pool.length,
          benchmarkOf,
          benchmarks: B,
          population: asked,
          observed,
        };
        const irtForecast = twoParameter(task, irt);
        const reweighed = Object.entries(PRIORS).map(([name, parts]) => {
          const weights = posterior.weights.map((weight, draw) => {
            const at = draw * posterior.width;
            const ratio = logDensity(prior, parts, logits, posterior.draws, at);
            return weight * Math.exp(ratio - density.log(posterior.draws, at));
          });
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          return { name, weights: weights.map((weight) => weight / total) };
        });
        own.forEach((population, b) => {
          if (population.length < 20) return;
          const N = population.length;
          const truth = population.reduce((sum, q) => sum + labelOf(q), 0) / N;
          const known = population.reduce((sum, q) => sum + (observed.get(q) ?? 0), 0);
          const means = Float64Array.from(
            { length: DRAWS },
            (_, d) => (known + sums[d * B + b]!) / N,
          );
          note(kind, '2PL', n, irtForecast[b]! - truth, false);
          for (const { name, weights } of reweighed) {
            const forecast = median(means, weights);
            const mean = means.reduce((sum, value, d) => sum + weights[d]! * value, 0);
            const spread = means.reduce(
              (sum, value, d) =>
                sum + weights[d]! * ((value - mean) ** 2 + variances[d * B + b]! / N ** 2),
              0,
            );
            note(
              kind,
              name,
              n,
              forecast - truth,
              Math.abs(mean - truth) < 1.96 * Math.sqrt(spread),
            );
            if (name !== PRESENT) continue;
            note(kind, METHODS[1]!, n, (forecast + irtForecast[b]!) / 2 - truth, false);
          }
        });
      }
    }
  }
}

/** Mean logits, over benchmarks, of a standard deviation of general ability. */
function meanLogits({ general }: AbilityPrior, means: Float64Array): number {
  const counts = new Float64Array(B);
  for (const b of benchmarkOf) counts[b] = counts[b]! + 1;
  const k = general.length;
  return benchmarkOf.reduce(
    (sum, b, q) =>
      sum +
      general.reduce((own, value, i) => own + value * means[q * (k + 1) + 1 + i]!, 0) /
        (counts[b]! * B),
    0,
  );
}

function median(values: Float64Array, weights: Float64Array): number {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  let below = 0;
  for (const d of order) {
    below += weights[d]!;
    if (below >= 0.5) return values[d]!;
  }
  return values[order.at(-1)!]!;
}

function report(): void {
  for (const n of COUNTS) {
    const found = kinds.split(',').filter((kind) => cells.has(`${kind}|2PL|${n}`));
    console.log(`\n${n} answers: mean absolute error, bias; share within 1.96 deviations`);
    console.log(`| prior | ${found.join(' | ')} |\n| --- |${' --- |'.repeat(found.length)}`);
    for (const method of METHODS) {
      const row = found.map((kind) => {
        const { error, bias, held, count } = cells.get(`${kind}|${method}|${n}`) ?? EMPTY;
        const share = held > 0 ? `; ${((100 * held) / count).toFixed(1)}%` : '';
        return `${((100 * error) / count).toFixed(2)}, ${((100 * bias) / count).toFixed(2)}${share}`;
      });
      console.log(`| ${method} | ${row.join(' | ')} |`);
    }
  }
}
