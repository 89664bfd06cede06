/**
 * Forecasts of models that a pool did not see: a quarter left out at random, the strongest ones
 * (pool = the weakest 60%), and the newest ones (pool = the oldest 60% of those whose release date is
 * known). For each left-out model the first 10, 30, 100 and 300 answers of random orders are observed,
 * and the questions that `selectQuestions` picks, and its accuracy on each benchmark of 20 labels or
 * more is forecast. Ends in what has to hold: coverage of 90 to 98%, and an error at most that of the
 * best of sample mean, 2PL, IRT++ and the nearest models.
 *
 * Settings are chosen inside these pools: `strength/date` leaves out the strongest models for good, and
 * forecasts the newest of the rest.
 *
 * Usage: tsx bench/shift.ts [folder = ZeroEval] [orders = 10] [seeds = 3] [random,strength,date]
 */
import { join } from 'node:path';
import { Random } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { fitItemResponse, forecastBenchmarks, selectQuestions } from '../src/index.js';
import {
  fitTwoParameter,
  nearestModels,
  sampleMeans,
  squaredBias,
  type Task,
  twoParameter,
  withSampleMeans,
} from './baselines.js';
import { type Division, divisions } from './divisions.js';

const COUNTS = [10, 30, 100, 300];
/** Models of the pool that vote. */
const NEAREST = 10;
const BASELINES = ['sample mean', '2PL', 'IRT++', `${NEAREST} nearest models`] as const;
const [folderName, ordersText = '10', seedsText = '3', kinds = 'random,strength,date'] =
  process.argv.slice(2);
const orders = Number(ordersText);
const seeds = Number(seedsText);
const folder = await readEvaluationFolder(
  folderName ?? join(import.meta.dirname, '../../../../shared/data/zeroeval'),
);
const { questions, correctness } = folder;
const M = correctness.modelCount;
const categories = questions.map(({ category }) => category ?? 'all');
const benchmarkNames = [...new Set(categories)];
const embeddings = folder.embeddings ?? (await encodeTexts());

async function encodeTexts() {
  const texts = questions.map(({ prompt }) => prompt ?? '');
  const encoder = await fitLsaEncoder({ texts, dimensions: 64 });
  return encoder.encode(texts);
}

interface Cell {
  errors: number[];
  signed: number[];
  /** Whether intervals held, by model. */
  held: Map<number, boolean[]>;
  width: number;
}
const cells = new Map<string, Cell>();
function cell(kind: string, method: string, n: number): Cell {
  const key = `${kind}|${method}|${n}`;
  const known = cells.get(key);
  if (known) return known;
  const fresh = { errors: [], signed: [], held: new Map(), width: 0 };
  cells.set(key, fresh);
  return fresh;
}

/** CPU seconds and calls of each kind of work. */
const costs = new Map<string, { seconds: number; calls: number }>();
function timed<T>(name: string, work: () => T): T {
  const started = process.cpuUsage();
  const note = (): void => {
    const { user, system } = process.cpuUsage(started);
    const { seconds, calls } = costs.get(name) ?? { seconds: 0, calls: 0 };
    costs.set(name, { seconds: seconds + (user + system) / 1e6, calls: calls + 1 });
  };
  const result = work();
  if (result instanceof Promise) void result.then(note);
  else note();
  return result;
}

for (const kind of kinds.split(',')) {
  for (const division of divisions(correctness, kind, seeds)) await study(kind, division);
}
report();

async function study(kind: string, division: Division): Promise<void> {
  const { pool: others, leftOut, seed } = division;
  const pool = await timed('fit', () =>
    fitItemResponse({
      correctness: correctness.selectModels(others),
      categories,
      embeddings,
      seed,
    }),
  );
  console.error(`${kind} ${seed}: ${others.length} models, k = ${pool.dimensions}`);
  const irt = fitTwoParameter(pool.answers.labels, questions.length, others.length);
  const bias = squaredBias(irt, {
    labels: pool.answers.labels,
    models: others.length,
    benchmarkOf: pool.benchmarkOf,
    benchmarks: benchmarkNames.length,
  });
  for (const model of leftOut) {
    const asked = questions.flatMap((_, q) => (correctness.get(q, model) === undefined ? [] : [q]));
    const labelOf = (q: number): number => correctness.labels[q * M + model]!;
    const ids = asked.map((q) => questions[q]!.id);
    const truths = benchmarkNames.map((name) => {
      const own = asked.filter((q) => categories[q] === name);
      return own.length < 20 ? undefined : own.reduce((s, q) => s + labelOf(q), 0) / own.length;
    });
    const respond = (qs: readonly number[]) =>
      qs.map((q) => ({ question: questions[q]!.id, outcome: labelOf(q) }));
    const judge = (
      method: string,
      n: number,
      qs: readonly number[],
      sample: 'random' | 'chosen',
    ) => {
      const { benchmarks } = timed('forecast', () =>
        forecastBenchmarks({ pool, responses: respond(qs), questions: ids, sample, draws: 256 }),
      );
      const to = cell(kind, method, n);
      const held = to.held.get(model) ?? [];
      to.held.set(model, held);
      for (const { benchmark, accuracy, lower, upper } of benchmarks) {
        const truth = truths[benchmarkNames.indexOf(benchmark)];
        if (truth === undefined) continue;
        to.errors.push(Math.abs(accuracy - truth));
        to.signed.push(accuracy - truth);
        to.width += upper - lower;
        held.push(truth >= lower - 1e-9 && truth <= upper + 1e-9);
      }
    };
    for (let repetition = 0; repetition < orders; repetition++) {
      const order = new Random(1000 * model + repetition).shuffle([...asked]);
      for (const n of COUNTS.filter((count) => count <= asked.length)) {
        const sample = order.slice(0, n);
        const task: Task = {
          labels: pool.answers.labels,
          models: others.length,
          benchmarkOf: pool.benchmarkOf,
          benchmarks: benchmarkNames.length,
          population: asked,
          observed: new Map(sample.map((q) => [q, labelOf(q)])),
        };
        const [means, fitted] = [sampleMeans(task), twoParameter(task, irt)];
        for (const [method, values] of [
          [BASELINES[0], means],
          [BASELINES[1], fitted],
          [BASELINES[2], withSampleMeans(task, means, fitted, bias)],
          [BASELINES[3], nearestModels(task, NEAREST)],
        ] as const) {
          truths.forEach((truth, b) => {
            if (truth === undefined) return;
            cell(kind, method, n).errors.push(Math.abs(values[b]! - truth));
            cell(kind, method, n).signed.push(values[b]! - truth);
          });
        }
        judge('forecast', n, sample, 'random');
      }
    }
    const chosen: number[] = [];
    const indexOf = new Map(asked.map((q) => [questions[q]!.id, q]));
    while (chosen.length < COUNTS.at(-1)!) {
      const count = chosen.length < 30 ? 5 : 10;
      const next = timed('choice of questions', () =>
        selectQuestions({ pool, responses: respond(chosen), candidates: ids, count }),
      );
      if (next.length === 0) break;
      chosen.push(...next.map((id) => indexOf.get(id)!));
      if (COUNTS.includes(chosen.length)) judge('chosen', chosen.length, chosen, 'chosen');
    }
  }
}

/** The share of intervals that held, and its standard error: the errors of one model are alike. */
function coverageOf(held: Cell['held']): { share: number; error: number } {
  const models = [...held.values()].map((own) => [own.filter(Boolean).length, own.length] as const);
  const total = models.reduce((sum, [, count]) => sum + count, 0);
  const share = models.reduce((sum, [hits]) => sum + hits, 0) / total;
  const squares = models.reduce((sum, [hits, count]) => sum + (hits - share * count) ** 2, 0);
  return { share, error: Math.sqrt(squares) / total };
}

function report(): void {
  const problems: string[] = [];
  for (const kind of kinds.split(',')) {
    console.log(
      `\n${kind}: mean absolute error, bias in points; coverage of 95% intervals ± its error over models, width`,
    );
    console.log(`| method | ${COUNTS.join(' | ')} |\n| --- |${' --- |'.repeat(COUNTS.length)}`);
    if (![...cells.keys()].some((key) => key.startsWith(`${kind}|`))) continue;
    for (const method of [...BASELINES, 'forecast', 'chosen']) {
      const row = COUNTS.map((n) => {
        const { errors, signed, held, width } = cell(kind, method, n);
        if (errors.length === 0) return '';
        const mean = (values: number[]) =>
          ((100 * values.reduce((s, x) => s + x, 0)) / values.length).toFixed(2);
        const { share, error } = coverageOf(held);
        if (method === 'forecast' || method === 'chosen') {
          if (share < 0.9 || share > 0.98) {
            problems.push(`${kind}, ${method}, ${n} answers: ${(100 * share).toFixed(1)}% covered`);
          }
          const best = Math.min(
            ...BASELINES.map((name) => Number(mean(cell(kind, name, n).errors))),
          );
          if (Number(mean(errors)) > best) {
            problems.push(`${kind}, ${method}, ${n} answers: error ${mean(errors)} above ${best}`);
          }
        }
        const covered =
          width > 0
            ? `; ${(100 * share).toFixed(1)}% ± ${(100 * error).toFixed(1)} (${((100 * width) / errors.length).toFixed(1)})`
            : '';
        return `${mean(errors)}, ${mean(signed)}${covered}`;
      });
      console.log(`| ${method} | ${row.join(' | ')} |`);
    }
  }
  for (const [name, { seconds, calls }] of costs) {
    console.log(
      `CPU time of a ${name}: ${((1000 * seconds) / calls).toFixed(0)} ms (${calls} calls)`,
    );
  }
  console.log(problems.length === 0 ? 'Holds.' : `Does not hold: ${problems.join('; ')}.`);
}
