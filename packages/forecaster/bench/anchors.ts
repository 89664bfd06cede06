/**
 * A fixed subset of questions for all future models: chooseAnchors against one question for each
 * cluster of items (k-means on the item parameters, as in tinyBenchmarks, Polo et al. 2024) and a
 * random subset. ZeroEval; five folds of models, each forecast from the anchors of the others.
 * All three are read by the same forecast, so that only the choice of questions differs. Random
 * subsets are repeated 10 times. Errors in points, averaged over models and benchmarks.
 */
import { Random } from '@embedllm/core';
import type { ItemResponsePool } from '../src/index.js';
import { chooseAnchors, fitItemResponse, forecastBenchmarks } from '../src/index.js';
import { readZeroEval } from './zeroeval.js';

const COUNTS = [10, 30, 100];
const FOLDS = 5;

const { questions, correctness, embeddings } = await readZeroEval();
const categories = questions.map(({ category }) => category);
const M = correctness.modelCount;
const order = new Random(1).shuffle(Array.from({ length: M }, (_, m) => m));
const sums = new Map<string, { error: number; count: number }>();

for (let fold = 0; fold < FOLDS; fold++) {
  const leftOut = order.filter((_, index) => index % FOLDS === fold);
  const others = order.filter((_, index) => index % FOLDS !== fold);
  const pool = await fitItemResponse({
    correctness: correctness.selectModels(others),
    categories,
    embeddings,
  });
  const random = new Random(fold);
  for (const n of COUNTS) {
    const subsets: [string, string[]][] = [
      ['chooseAnchors', chooseAnchors({ pool, count: n })],
      ['clusters of items', clusterAnchors(pool, n, random)],
    ];
    for (let repetition = 0; repetition < 10; repetition++) {
      subsets.push(['random', random.shuffle([...pool.questions]).slice(0, n)]);
    }
    for (const [method, anchors] of subsets) {
      for (const model of leftOut) judge(`${method}|${n}`, pool, anchors, model);
    }
  }
}

console.log(`\n| anchors | ${COUNTS.join(' | ')} |\n| --- |${' --- |'.repeat(COUNTS.length)}`);
for (const method of ['random', 'clusters of items', 'chooseAnchors']) {
  const cells = COUNTS.map((n) => {
    const { error, count } = sums.get(`${method}|${n}`)!;
    return ((100 * error) / count).toFixed(2);
  });
  console.log(`| ${method} | ${cells.join(' | ')} |`);
}

function judge(key: string, pool: ItemResponsePool, anchors: string[], model: number): void {
  const asked = questions.flatMap((_, q) => (correctness.get(q, model) === undefined ? [] : [q]));
  const known = new Set(anchors);
  const responses = asked.flatMap((q) => {
    const question = questions[q]!.id;
    return known.has(question) ? [{ question, outcome: correctness.get(q, model) ?? 0 }] : [];
  });
  const { benchmarks } = forecastBenchmarks({
    pool,
    responses,
    questions: asked.map((q) => questions[q]!.id),
    sample: 'chosen',
    draws: 128,
  });
  const sum = sums.get(key) ?? { error: 0, count: 0 };
  sums.set(key, sum);
  for (const { benchmark, accuracy, questions: total } of benchmarks) {
    if (total < 20) continue;
    const own = asked.filter((q) => categories[q] === benchmark);
    const truth = own.filter((q) => correctness.get(q, model) === 1).length / own.length;
    sum.error += Math.abs(accuracy - truth);
    sum.count++;
  }
}

/** The question nearest to the centre of each of n clusters of item parameters. */
function clusterAnchors({ items, questions: ids }: ItemResponsePool, n: number, random: Random) {
  const width = items.dimensions + 1;
  const distance = (q: number, centre: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (items.means[q * width + i]! - centre[i]!) ** 2;
    return sum;
  };
  const all = Array.from({ length: items.count }, (_, q) => q);
  const rowOf = (q: number): Float64Array => items.means.slice(q * width, (q + 1) * width);
  const centres = random
    .shuffle([...all])
    .slice(0, n)
    .map(rowOf);
  for (let step = 0; step < 15; step++) {
    const members = centres.map((): number[] => []);
    for (const q of all) {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      centres.forEach((centre, c) => {
        const d = distance(q, centre);
        if (d < least) {
          least = d;
          best = c;
        }
      });
      members[best]!.push(q);
    }
    members.forEach((own, c) => {
      if (own.length === 0) return;
      centres[c] = Float64Array.from({ length: width }, (_, i) =>
        own.reduce((sum, q) => sum + items.means[q * width + i]! / own.length, 0),
      );
    });
  }
  const chosen = new Set<number>();
  for (const centre of centres) {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const q of all) {
      if (chosen.has(q)) continue;
      const d = distance(q, centre);
      if (d < least) {
        least = d;
        best = q;
      }
    }
    chosen.add(best);
  }
  return [...chosen].map((q) => ids[q]!);
}
