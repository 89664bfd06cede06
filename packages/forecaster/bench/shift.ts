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
import { comparison, coverageOf, mean } from './errors-by-model.js';

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
  /** Absolute errors, by model and division. */
  readonly errors: Map<string, number[]>;
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
  const fresh = { errors: new Map(), signed: [], held: new Map(), width: 0 };
  cells.set(key, fresh);
  return fresh;
}

/** Notes the error of a forecast of a model, made in a division. */
function noteError(to: Cell, unit: string, error: number): void {
  to.signed.push(error);
  const own = to.errors.get(unit) ?? [];
  to.errors.set(unit, own);
  own.push(Math.abs(error));
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
        noteError(to, `${seed} ${model}`, accuracy - truth);
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
            noteError(cell(kind, method, n), `${seed} ${model}`, values[b]! - truth);
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

function report(): void {
  const problems: string[] = [];
  for (const kind of kinds.split(',')) {
    if (![...cells.keys()].some((key) => key.startsWith(`${kind}|`))) {
      console.log(`\n${kind}: nothing to forecast (by date, ten models have to be dated)`);
      continue;
    }
    console.log(
      `\n${kind}: mean absolute error, bias in points; coverage of 95% intervals ± its error over models, width`,
    );
    console.log(`| method | ${COUNTS.join(' | ')} |\n| --- |${' --- |'.repeat(COUNTS.length)}`);
    for (const method of [...BASELINES, 'forecast', 'chosen']) {
      const row = COUNTS.map((n) => {
        const { errors, signed, held, width } = cell(kind, method, n);
        if (signed.length === 0) return '';
        const error = 100 * mean([...errors.values()].flat());
        const { share, error: uncertainty } = coverageOf(held);
        if (method === 'forecast' || method === 'chosen') {
          if (share < 0.9 || share > 0.98) {
            problems.push(`${kind}, ${method}, ${n} answers: ${(100 * share).toFixed(1)}% covered`);
          }
          for (const name of BASELINES) {
            const baseline = cell(kind, name, n).errors;
            if (error <= 100 * mean([...baseline.values()].flat())) continue;
            const by = comparison(errors, baseline);
            problems.push(`${kind}, ${method}, ${n} answers: error above ${name} by ${by}`);
          }
        }
        const covered =
          width > 0
            ? `; ${(100 * share).toFixed(1)}% ± ${(100 * uncertainty).toFixed(1)} (${((100 * width) / signed.length).toFixed(1)})`
            : '';
        return `${error.toFixed(2)}, ${(100 * mean(signed)).toFixed(2)}${covered}`;
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
