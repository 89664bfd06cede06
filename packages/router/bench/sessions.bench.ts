/**
 * What sessions of agents cost and achieve on ZeroEval, with prompt caches that are simulated and labels that are
 * real. A session is a conversation over six test questions. Each takes a random number of calls (geometric, mean
 * 4); each call reads the conversation so far, and whether the question is solved is the label of the model that
 * made the last one. A cache keeps what its model read last for five minutes. A call takes 20 seconds, and pauses
 * between questions are exponential with a mean of three minutes. Prices of output are ZeroEval's; input costs a
 * quarter of it, cached input a tenth of other input, and what is written into a cache 1.25 times as much.
 *
 * Five policies meet the same sessions, over a grid of lengths that conversations begin with and of what success is
 * worth: the best single model of training; choosing for every call by its last message without regard for caches,
 * where what a tool says looks like any other question; the same once for every question; choosing at the first
 * question and staying; and `weighSwitch`, once for every question. All go by the same predictions of a router that
 * is trained on the training questions and calibrated on validation, model by model. For each worth, sessions over
 * validation questions say whether one model alone is worth more than `weighSwitch`.
 *
 * Ends with 1 where, at the cost of a point of another policy, `weighSwitch` solves less by more than a quarter of a
 * percentage point and 3.8 standard errors of the paired difference, question by question (5 % for all points
 * together). What is smaller is counted, and printed.
 *
 *   pnpm --filter @embedllm/router bench:sessions [--seeds=5]
 */
import { Random, splitQuestions } from '@embedllm/core';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import { upperHull } from '../src/evaluation/index.js';
import { Router } from '../src/index.js';
import {
  blindPolicy,
  drawSessions,
  perCallPolicy,
  type SessionPolicy,
  type SimulatedPool,
  type SimulatedSession,
  simulateSession,
  stickyPolicy,
  weighedPolicy,
} from './sessions/simulate-session.js';
import { hasZeroEval, readCostedZeroEval } from './zeroeval/read-costs.js';

const PREFIXES = [500, 2000, 8000, 32_000, 128_000];
const WORTHS = Array.from({ length: 21 }, (_, k) => 10 ** (-3.5 + k / 4));
const MEAN_CALLS = 4;
const SHAPE = { count: 200, tasks: 6, meanCalls: MEAN_CALLS, meanPause: 180, meanSeconds: 20 };
const POOLS: readonly (readonly string[])[] = [
  [
    'Meta-Llama-3.1-8B-Instruct',
    'gpt-4o-mini-2024-07-18',
    'claude-3-5-haiku-20241022',
    'gpt-4o-2024-08-06',
    'claude-3-5-sonnet-20241022',
  ],
  [
    'claude-3-haiku-20240307',
    'deepseek-v2.5-0908',
    'gemini-1.5-pro',
    'Mistral-Large-2',
    'o1-mini-2024-09-12',
  ],
];
const seeds = Number(process.argv.find((a) => a.startsWith('--seeds='))?.slice(8) ?? 5);

if (!hasZeroEval) {
  console.log('ZeroEval is not here: set EMBEDLLM_ZEROEVAL to its folder.');
  process.exit(0);
}
const data = await readCostedZeroEval();
const engine = await resolveEngine();

/** Dollars a session and the share of questions solved; and whether each was, in order. */
interface Outcome {
  readonly costUsd: number;
  readonly quality: number;
  readonly solved: readonly number[];
}

function run(
  sessions: readonly SimulatedSession[],
  pool: SimulatedPool,
  policy: SessionPolicy,
): Outcome {
  const results = sessions.map((session) => simulateSession(session, pool, policy));
  const solved = results.flatMap((one) => one.solved);
  return { costUsd: mean(results.map((one) => one.usd)), quality: mean(solved), solved };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What a mixture of outcomes on a hull solves for so much money, question by question. */
function solvedAt(hull: readonly Outcome[], costUsd: number): readonly number[] {
  const next = hull.findIndex((one) => one.costUsd >= costUsd);
  const [low, high] = [hull[next < 0 ? hull.length - 1 : next - 1], hull[next]];
  if (!low || !high) return (low ?? high)?.solved ?? [];
  const share = (costUsd - low.costUsd) / (high.costUsd - low.costUsd);
  return low.solved.map((one, index) => (1 - share) * one + share * (high.solved[index] ?? 0));
}

/** What a hull costs that solves as much; NaN above it. */
function costAt(hull: readonly Outcome[], quality: number): number {
  const next = hull.findIndex((one) => one.quality >= quality);
  const [low, high] = [hull[next - 1], hull[next]];
  if (!high) return Number.NaN;
  if (!low) return high.costUsd;
  const share = (quality - low.quality) / (high.quality - low.quality);
  return (1 - share) * low.costUsd + share * high.costUsd;
}

/** Models, predictions and labels under a split. */
async function preparePool(
  names: readonly string[],
  split: { train: readonly number[]; validation: readonly number[] },
): Promise<{ readonly pool: SimulatedPool; readonly best: number }> {
  const at = names.map((name) => data.models.findIndex((model) => model.name === name));
  const part = (indices: readonly number[]) => ({
    embeddings: data.embeddings.selectRows(indices),
    correctness: data.correctness.selectQuestions(indices),
  });
  const [train, validation] = [part(split.train), part(split.validation)];
  const { model } = await trainDirect({ train, validation, engine });
  const logits = new Router({ model }).score(data.embeddings);
  const calibrated = at.map((m) =>
    fitLogistic(
      split.validation.map((question) => logits.at(question, m)),
      split.validation.map((question) => (data.correctness.get(question, m) === 1 ? 1 : 0)),
    ),
  );
  const tokens = (question: number, m: number): number => data.outputTokens.at(question, m) || 0;
  const accuracy = (m: number): number =>
    mean(split.train.map((question) => (data.correctness.get(question, m) === 1 ? 1 : 0)));
  const accuracies = at.map(accuracy);
  return {
    best: accuracies.indexOf(Math.max(...accuracies)),
    pool: {
      names,
      prices: at.map((m) => {
        const output = data.prices[m] ?? 0;
        const input = output / 4;
        return { input, cachedInput: input / 10, cacheWrite: 1.25 * input, output };
      }),
      probability: (question, m) => calibrated[m]?.(logits.at(question, at[m] ?? 0)) ?? 0,
      isSolved: (question, m) => data.correctness.get(question, at[m] ?? 0) === 1,
      answerTokens: (question, m) => tokens(question, at[m] ?? 0),
      meanAnswerTokens: at.map((m) => mean(split.train.map((question) => tokens(question, m)))),
    },
  };
}

/** P(label) = 1 / (1 + exp(-a - b z)) by Newton's method, with a and b held near 0 and 1 by one pseudo-observation. */
function fitLogistic(scores: readonly number[], labels: readonly number[]): (z: number) => number {
  let [a, b] = [0, 1];
  for (let step = 0; step < 30; step++) {
    let [ga, gb, aa, ab, bb] = [-a, 1 - b, 1, 0, 1];
    scores.forEach((z, index) => {
      const p = 1 / (1 + Math.exp(-a - b * z));
      const [error, weight] = [(labels[index] ?? 0) - p, p * (1 - p)];
      ga += error;
      gb += error * z;
      aa += weight;
      ab += weight * z;
      bb += weight * z * z;
    });
    const determinant = aa * bb - ab * ab;
    a += (bb * ga - ab * gb) / determinant;
    b += (aa * gb - ab * ga) / determinant;
  }
  return (z) => 1 / (1 + Math.exp(-a - b * z));
}

/** Sessions over validation questions, and over others of the same kind. */
interface Drawn {
  readonly validation: readonly SimulatedSession[];
  readonly test: readonly SimulatedSession[];
}

/** `weighSwitch` by worth, with what is worth most on validation. */
function ownPolicies({ validation }: Drawn, pool: SimulatedPool): SessionPolicy[] {
  const alone = pool.names.map(
    (_, model): SessionPolicy =>
      () =>
        model,
  );
  const singles = alone.map((policy) => ({ policy, ...run(validation, pool, policy) }));
  return WORTHS.map((worth) => {
    const policy = weighedPolicy(pool, worth, MEAN_CALLS - 1);
    const value = (one: Outcome): number => worth * SHAPE.tasks * one.quality - one.costUsd;
    const weighed = { policy, ...run(validation, pool, policy) };
    return singles.reduce((top, one) => (value(one) > value(top) ? one : top), weighed).policy;
  });
}

/** How another policy's points compare with ours. */
interface Compared {
  /** Our cost at the same success as a share of theirs. */
  readonly ratios: number[];
  points: number;
  /** Points that solve more for the same money, by so many standard errors. */
  readonly worse: string[];
  /** The largest such gap. */
  shortfall: number;
}

function compare(
  own: readonly Outcome[],
  points: readonly Outcome[],
  questions: readonly number[],
): Compared {
  const compared: Compared = { ratios: [], worse: [], points: 0, shortfall: 0 };
  for (const point of points) {
    const ratio = costAt(own, point.quality) / point.costUsd;
    if (!Number.isNaN(ratio)) compared.ratios.push(ratio);
    const ours = solvedAt(own, point.costUsd);
    // A question that comes up in several sessions is one observation.
    const gaps = new Map<number, number[]>();
    questions.forEach((question, index) => {
      const gap = (point.solved[index] ?? 0) - (ours[index] ?? 0);
      gaps.set(question, [...(gaps.get(question) ?? []), gap]);
    });
    const means = [...gaps.values()].map(mean);
    const errors = mean(means) / standardError(means);
    compared.points++;
    // Mixtures of nearly the same points have next to no standard error.
    if (mean(means) > 1e-3 && errors > 3.8) {
      const found = `${percent(point.quality)} at $${point.costUsd.toPrecision(3)}`;
      compared.shortfall = Math.max(compared.shortfall, mean(means));
      compared.worse.push(`${found}, where it is ${percent(mean(ours))} (${errors.toFixed(1)} SE)`);
    }
  }
  return compared;
}

function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const variance = mean(values.map((value) => (value - centre) ** 2));
  return Math.sqrt(variance / (values.length - 1)) || Number.MIN_VALUE;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

const splits = [
  data.split,
  ...Array.from({ length: 9 }, (_, k) => splitQuestions(data.categories, { seed: 100 + k })),
].slice(0, seeds);

const all = new Map<string, number[]>();
let [failures, compared, shortfall] = [0, 0, 0];
for (const [number, split] of splits.entries()) {
  for (const [index, names] of POOLS.entries()) {
    const { pool, best } = await preparePool(names, split);
    for (const prefix of PREFIXES) {
      const shape = { ...SHAPE, prefix };
      const drawn: Drawn = {
        validation: drawSessions(new Random(1), split.validation, shape),
        test: drawSessions(new Random(2), split.test, shape),
      };
      const sweep = (policies: readonly SessionPolicy[]): Outcome[] =>
        upperHull(policies.map((policy) => run(drawn.test, pool, policy)));
      const own = sweep(ownPolicies(drawn, pool));
      const others = {
        'best single': sweep([() => best]),
        'every call, blind to caches': sweep(WORTHS.map((worth) => perCallPolicy(pool, worth))),
        'every question, blind to caches': sweep(WORTHS.map((worth) => blindPolicy(pool, worth))),
        sticky: sweep(WORTHS.map((worth) => stickyPolicy(pool, worth))),
      };
      const questions = drawn.test.flatMap(({ tasks }) => tasks.map(({ question }) => question));
      console.log(`split ${number}, pool ${index}, conversations begin with ${prefix} tokens`);
      const shown = (points: readonly Outcome[]): string =>
        points.map((one) => `${percent(one.quality)} $${one.costUsd.toPrecision(3)}`).join(', ');
      if (number === 0) console.log(`  weighSwitch: ${shown(own)}`);
      for (const [name, points] of Object.entries(others)) {
        const { ratios, worse, ...counts } = compare(own, points, questions);
        const key = `${prefix} tokens, ${name}`;
        all.set(key, [...(all.get(key) ?? []), ...ratios]);
        failures += worse.length;
        compared += counts.points;
        shortfall = Math.max(shortfall, counts.shortfall);
        if (number === 0) console.log(`  ${name}: ${shown(points)}`);
        for (const one of worse) console.log(`  WORSE than ${name}: ${one}`);
      }
    }
  }
}
console.log(
  '\nmean cost of weighSwitch at the same success, as a share of what the other policy costs:',
);
for (const [name, ratios] of all) console.log(`  ${name}: ${mean(ratios).toFixed(2)}`);
console.log(
  `${failures} of ${compared} points of other policies solve more for the same money (3.8 standard errors), by at most ${(100 * shortfall).toFixed(2)} points`,
);
if (shortfall > 0.0025) process.exitCode = 1;
