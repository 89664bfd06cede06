/**
 * How well the accuracies of a new model are forecast from few of its answers, on ZeroEval.
 *
 * Every model is left out in turn; questions, priors, number of abilities and calibration are
 * estimated from the other 54 alone. REPETITIONS times, its answers are put in random order over all
 * benchmarks together, and the first 10, 30, 100 and 300 are observed. What is forecast is its
 * accuracy on each benchmark over all questions with a label, where there are 20 of them at least.
 * Errors are absolute, in points, averaged over models, repetitions and benchmarks.
 * `chosen` asks the questions that selectQuestions picks, 5 at a time up to 30 answers and 10 at a
 * time beyond, from the questions with a label; it has no randomness to repeat.
 *
 * Usage: tsx bench/leave-one-model-out.ts [repetitions = 20] [processes = 2] [stride = 1]
 */
import { fork } from 'node:child_process';
import { Random } from '@embedllm/core';
import { fitItemResponse, forecastBenchmarks, selectQuestions } from '../src/index.js';
import {
  fitTwoParameter,
  nearestModels,
  sampleMeans,
  type Task,
  twoParameter,
} from './baselines.js';
import { readZeroEval } from './zeroeval.js';

const COUNTS = [10, 30, 100, 300];
const NEIGHBOURS = [5, 10, 20];
const [repetitions = 20, processes = 2, stride = 1] = process.argv.slice(2).map(Number);
/** Set in the processes that do the work. */
const part = process.env.FORECAST_BENCH_PART;

interface Results {
  errors: [string, number[]][];
  covered: [string, Coverage][];
  dimensions: number[];
  cpuSeconds: number;
}

interface Coverage {
  hits: number;
  total: number;
  width: number;
}

if (part === undefined) {
  report(await Promise.all(Array.from({ length: processes }, (_, index) => delegate(index))));
} else {
  process.send?.(await measure(Number(part)));
}

async function measure(first: number): Promise<Results> {
  const { questions, correctness, embeddings } = await readZeroEval();
  const categories = questions.map(({ category }) => category);
  const benchmarkNames = [...new Set(categories)];
  const M = correctness.modelCount;
  const started = process.cpuUsage();

  /** Absolute errors by method, number of answers and parity of the model. */
  const errors = new Map<string, number[]>();
  const covered: Record<string, Coverage> = {};
  const dimensions: number[] = [];

  function coverageOf(key: string): Coverage {
    const known = covered[key];
    if (known) return known;
    const fresh = { hits: 0, total: 0, width: 0 };
    covered[key] = fresh;
    return fresh;
  }

  function note(method: string, n: number, model: number, error: number): void {
    for (const group of ['all', model % 2 === 0 ? 'even' : 'odd']) {
      const key = `${method}|${n}|${group}`;
      const list = errors.get(key);
      if (list) list.push(Math.abs(error));
      else errors.set(key, [Math.abs(error)]);
    }
  }

  for (let model = first * stride; model < M; model += stride * processes) {
    const others = Array.from({ length: M }, (_, m) => m).filter((m) => m !== model);
    const pool = await fitItemResponse({
      correctness: correctness.selectModels(others),
      categories,
      embeddings,
    });
    dimensions.push(pool.dimensions);
    const { labels } = pool.answers;
    const irt = fitTwoParameter(labels, questions.length, others.length);
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
      const { benchmarks, macro } = forecastBenchmarks({
        pool,
        responses: respond(qs),
        questions: ids,
        sample,
        draws: 256,
      });
      for (const { benchmark, accuracy, lower, upper } of benchmarks) {
        const truth = truths[benchmarkNames.indexOf(benchmark)];
        if (truth === undefined) continue;
        note(method, n, model, accuracy - truth);
        const cover = coverageOf(`${method}|${n}`);
        cover.total++;
        cover.width += upper - lower;
        // Accuracies are multiples of 1 / N: allow for rounding of floating point sums.
        if (truth >= lower - 1e-9 && truth <= upper + 1e-9) cover.hits++;
      }
      if (truths.every((truth) => truth !== undefined)) {
        const truth = truths.reduce((s: number, t) => s + (t ?? 0), 0) / truths.length;
        const cover = coverageOf(`${method} macro|${n}`);
        cover.total++;
        cover.width += macro.upper - macro.lower;
        if (truth >= macro.lower && truth <= macro.upper) cover.hits++;
        note(`${method} macro`, n, model, macro.accuracy - truth);
      }
    };
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const order = new Random(1000 * model + repetition).shuffle([...asked]);
      for (const n of COUNTS) {
        const sample = order.slice(0, n);
        const task: Task = {
          labels,
          models: others.length,
          benchmarkOf: pool.benchmarkOf,
          benchmarks: benchmarkNames.length,
          population: asked,
          observed: new Map(sample.map((q) => [q, labelOf(q)])),
        };
        const compare = (method: string, accuracies: readonly number[]) => {
          truths.forEach((truth, b) => {
            if (truth !== undefined) note(method, n, model, accuracies[b]! - truth);
          });
        };
        compare('sample mean', sampleMeans(task));
        for (const k of NEIGHBOURS) compare(`${k}-NN`, nearestModels(task, k));
        compare('2PL', twoParameter(task, irt));
        judge('forecast', n, sample, 'random');
      }
    }
    const chosen: number[] = [];
    const indexOf = new Map(asked.map((q) => [questions[q]!.id, q]));
    while (chosen.length < COUNTS.at(-1)!) {
      const count = chosen.length < 30 ? 5 : 10;
      const next = selectQuestions({ pool, responses: respond(chosen), candidates: ids, count });
      chosen.push(...next.map((id) => indexOf.get(id)!));
      if (COUNTS.includes(chosen.length)) judge('chosen', chosen.length, chosen, 'chosen');
    }
  }

  return {
    errors: [...errors],
    covered: Object.entries(covered),
    dimensions,
    cpuSeconds: process.cpuUsage(started).user / 1e6,
  };
}

function delegate(index: number): Promise<Results> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, process.argv.slice(2), {
      env: { ...process.env, FORECAST_BENCH_PART: String(index) },
    });
    let results: Results | undefined;
    child.on('message', (message) => {
      results = message as Results;
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (results) resolve(results);
      else reject(new Error(`A process ended with code ${code} and no result.`));
    });
  });
}

function report(parts: readonly Results[]): void {
  const errors = new Map<string, number[]>();
  const covered = new Map<string, Coverage>();
  for (const result of parts) {
    for (const [key, list] of result.errors) errors.set(key, [...(errors.get(key) ?? []), ...list]);
    for (const [key, { hits, total, width }] of result.covered) {
      const sum = covered.get(key) ?? { hits: 0, total: 0, width: 0 };
      covered.set(key, {
        hits: sum.hits + hits,
        total: sum.total + total,
        width: sum.width + width,
      });
    }
  }
  const methods = ['sample mean', ...NEIGHBOURS.map((k) => `${k}-NN`), '2PL', 'forecast', 'chosen'];
  const header = `| method | ${COUNTS.join(' | ')} |\n| --- |${' --- |'.repeat(COUNTS.length)}`;
  for (const group of ['all', 'even', 'odd']) {
    console.log(`\nMean absolute error in points, ${group} models\n\n${header}`);
    for (const method of [...methods, 'forecast macro', 'chosen macro']) {
      const cells = COUNTS.map((n) => {
        const list = errors.get(`${method}|${n}|${group}`) ?? [];
        return (100 * (list.reduce((s, e) => s + e, 0) / list.length)).toFixed(2);
      });
      console.log(`| ${method} | ${cells.join(' | ')} |`);
    }
  }
  console.log(`\nCoverage of 95% intervals in percent (mean width in points)\n\n${header}`);
  for (const method of ['forecast', 'forecast macro', 'chosen', 'chosen macro']) {
    const cells = COUNTS.map((n) => {
      const { hits, total, width } = covered.get(`${method}|${n}`)!;
      return `${((100 * hits) / total).toFixed(1)} (${((100 * width) / total).toFixed(1)})`;
    });
    console.log(`| ${method} | ${cells.join(' | ')} |`);
  }
  const counts = new Map<number, number>();
  for (const k of parts.flatMap(({ dimensions }) => dimensions)) {
    counts.set(k, (counts.get(k) ?? 0) + 1);
  }
  console.log(`\nAbilities chosen: ${[...counts].map(([k, c]) => `${k} (${c} times)`).join(', ')}`);
  const cpuSeconds = parts.reduce((sum, result) => sum + result.cpuSeconds, 0);
  console.log(`${repetitions} repetitions; CPU time ${cpuSeconds.toFixed(0)} s`);
}
