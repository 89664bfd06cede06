/**
 * Whether release dates would help the prior of abilities. In every division, the ability of a model is
 * its accuracy over the same questions, in logits. A line through the abilities and the months of
 * release of the pool predicts those of the models left out, once without it (the pool's mean) and once
 * with it; the prior of `AbilityDensity` around either says how likely their abilities were.
 *
 * Usage: tsx bench/release-trend.ts [folder = ZeroEval] [divisions = date/date,strength/date,random/date]
 */
import { estimateAccuracies } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { AbilityDensity } from '../src/item-response/ability-density.js';
import { divisions } from './divisions.js';
import { releaseMonth } from './release-dates.js';
import { readZeroEval } from './zeroeval.js';

const SEEDS = 10;
const [folderName = '', kinds = 'date/date,strength/date,random/date'] = process.argv.slice(2);
const { correctness } = folderName ? await readEvaluationFolder(folderName) : await readZeroEval();
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const abilities = estimateAccuracies(correctness).map((estimate) => {
  const accuracy = Math.min(0.999, Math.max(0.001, estimate?.accuracy ?? 0.5));
  return Math.log(accuracy / (1 - accuracy));
});
/** In years since 2000. */
const dates = correctness.models.map((name) => {
  const [year, month] = (releaseMonth(name) ?? '').split('-').map(Number);
  return month === undefined ? undefined : year! - 2000 + month / 12;
});

/** The line of least squares, drawn to a level one as if one model lay a year away. */
function fitLine(models: readonly number[]): { slope: number; at: (model: number) => number } {
  const [centre, middle] = [mean(models.map((m) => abilities[m]!)), mean(models.map(dateOf))];
  let [product, square] = [0, 1];
  for (const m of models) {
    product += (dateOf(m) - middle) * (abilities[m]! - centre);
    square += (dateOf(m) - middle) ** 2;
  }
  const slope = product / square;
  return { slope, at: (m) => centre + slope * (dateOf(m) - middle) };
}

/** Mean log density of what the models deviate by, under the prior that a pool's deviations suggest. */
function logDensity(pool: readonly number[], deviations: readonly number[]): number {
  const deviation = Math.sqrt(mean(pool.map((x) => x * x)));
  const bandwidth = (4 / (3 * pool.length)) ** (1 / 5);
  const density = new AbilityDensity({
    mean: Float64Array.of(0),
    precision: Float64Array.of(1),
    centres: Float64Array.from(pool, (x) => (Math.sqrt(1 - bandwidth ** 2) * x) / deviation),
    bandwidth,
    general: Float64Array.of(1),
  });
  return (
    mean(deviations.map((x) => density.log(Float64Array.of(x / deviation, 0), 0))) -
    Math.log(deviation)
  );
}

function dateOf(model: number): number {
  return dates[model] as number;
}

console.log(
  '| division | models | left out | logits a year | error, mean | error, line | gain in log density |',
);
console.log(`|${' --- |'.repeat(7)}`);
for (const kind of kinds.split(',')) {
  const rows = divisions(correctness, kind, SEEDS).map(({ pool, leftOut }) => {
    const known = pool.filter((m) => dates[m] !== undefined);
    const tested = leftOut.filter((m) => dates[m] !== undefined);
    const centre = mean(known.map((m) => abilities[m]!));
    const line = fitLine(known);
    const fromMean = (m: number) => abilities[m]! - centre;
    const fromLine = (m: number) => abilities[m]! - line.at(m);
    const absolute = (distance: (m: number) => number) =>
      mean(tested.map((m) => Math.abs(distance(m))));
    const density = (distance: (m: number) => number) =>
      logDensity(known.map(distance), tested.map(distance));
    const gain = density(fromLine) - density(fromMean);
    return [known.length, tested.length, line.slope, absolute(fromMean), absolute(fromLine), gain];
  });
  if (rows.length === 0) continue;
  const cells = rows[0]!.map((_, column) => mean(rows.map((row) => row[column]!)).toFixed(2));
  console.log(`| ${[kind, ...cells].join(' | ')} |`);
}
