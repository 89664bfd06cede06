/**
 * What sessions of agents cost and achieve, with prompt caches that are simulated and labels that are real. A session
 * is a conversation over six test questions. Each takes a random number of calls (geometric, mean 4); each call reads
 * the conversation so far, and whether the question is solved is the label of the model that made the last one. A
 * cache keeps what its model read last for five minutes. A call takes 20 seconds, and pauses between questions are
 * exponential with a mean of three minutes. Input costs a quarter of output, cached input a tenth of other input, and
 * what is written into a cache 1.25 times as much.
 *
 * Five policies meet the same sessions, over a grid of lengths that conversations begin with and of what success is
 * worth: the best single model of training; choosing for every call by its last message without regard for caches,
 * where what a tool says looks like any other question; the same once for every question; choosing at the first
 * question and staying; and `weighSwitch`, once for every question, which takes later questions to be like those of
 * the session so far. It is also compared with itself where it takes each question for the last one. All go by the same predictions of a router that
 * is trained on the training questions and calibrated on validation, model by model. A policy's cost and success at
 * a worth are those of all splits together. Sessions over validation questions say which worths are on the frontier
 * of each policy; test decides nothing.
 *
 * Frontiers are as random as questions are: the first lines compare the policy that chooses once for every question
 * with itself at other worths, which shows how far from 1 chance and interpolation alone can go.
 *
 * Ends with 1 where `weighSwitch` solves less at the cost of a point of another policy, beyond chance: where the
 * interval of the paired difference, question by question, costs included, lies above 0 at 5% for all points
 * together.
 *
 *   tsx bench/sessions.bench.ts [--data=FOLDER of MMLU-Pro] [--without=math,chemistry] [--seeds=5] [--first=0]
 *     [--sessions=200] [--draw=2] [--pools] [--further=3 | --further=0,1,3,10,30,had]
 *
 * With several values of `--further`, what they cost at the same success is compared with the first, which is what
 * questions really take on average; `had` is the gateway's default, as many calls as the session has had.
 */
import { Random, splitQuestions } from '@embedllm/core';
import { resolveEngine } from '@embedllm/trainer';
import { upperHull } from '../src/evaluation/index.js';
import {
  compareFrontiers,
  type FrontierGap,
  isBeyondChance,
  type SessionOutcome,
} from './sessions/compare-frontiers.js';
import { type PreparedPool, preparePools } from './sessions/prepare-pool.js';
import { mmluPro, type SplitQuestions, zeroEval } from './sessions/session-data.js';
import {
  blindPolicy,
  drawSessions,
  type FurtherCalls,
  perCallPolicy,
  type SessionPolicy,
  type SimulatedPool,
  type SimulatedSession,
  simulateSession,
  stickyPolicy,
  weighedPolicy,
} from './sessions/simulate-session.js';
import { hasZeroEval } from './zeroeval/read-costs.js';

const PREFIXES = [500, 2000, 8000, 32_000, 128_000];
const WORTHS = Array.from({ length: 41 }, (_, k) => 10 ** (-3.5 + k / 8));
const BETWEEN = WORTHS.map((worth) => worth * 10 ** (1 / 16));
const MEAN_CALLS = 4;
const option = (name: string, fallback: string): string =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const folder = option('data', '');
const [first, seeds] = [Number(option('first', '0')), Number(option('seeds', '5'))];
const draw = Number(option('draw', '2'));
const isDetailed = process.argv.includes('--pools');
const SHAPE = {
  ...{ count: Number(option('sessions', '200')), tasks: 6, meanCalls: MEAN_CALLS },
  ...{ meanPause: 180, meanSeconds: 20 },
};
const furthers = option('further', String(MEAN_CALLS - 1))
  .split(',')
  .map((text): FurtherCalls => (text === 'had' ? 'had' : Number(text)));

if (folder === '' && !hasZeroEval) {
  console.log('ZeroEval is not here: set EMBEDLLM_ZEROEVAL to its folder.');
  process.exit(0);
}
const data =
  folder === '' ? await zeroEval() : await mmluPro(folder, option('without', '').split(','));
const engine = await resolveEngine();

/** A policy for the pool of a split. */
type PolicyOf = (prepared: PreparedPool) => SessionPolicy;

/** The pool of a split, with sessions over its validation questions and over its test questions. */
interface Drawn extends PreparedPool {
  readonly validation: readonly SimulatedSession[];
  readonly test: readonly SimulatedSession[];
}

/** What a policy comes to in the sessions of all splits. */
function run(
  drawn: readonly Drawn[],
  part: 'validation' | 'test',
  policyOf: PolicyOf,
): SessionOutcome {
  const results = drawn.flatMap((prepared) => {
    const policy = policyOf(prepared);
    return prepared[part].map((session) => simulateSession(session, prepared.pool, policy));
  });
  const solved = results.flatMap((one) => one.solved);
  const usd = results.flatMap((one) => one.usd);
  const costUsd = usd.reduce((sum, one) => sum + one, 0) / results.length;
  return { costUsd, quality: mean(solved), solved, usd };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of ratios, so that twice and half of the cost are equally far from the same. */
function geometricMean(ratios: readonly number[]): number {
  return Math.exp(mean(ratios.map(Math.log)));
}

/** The frontier of policies as validation has it, run on test. */
function frontier(drawn: readonly Drawn[], policies: readonly PolicyOf[]): SessionOutcome[] {
  const tried = policies.map((policy) => ({ policy, ...run(drawn, 'validation', policy) }));
  return upperHull(tried).map(({ policy }) => run(drawn, 'test', policy));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

const splits = [
  data.split,
  ...Array.from({ length: 19 }, (_, k) => splitQuestions(data.categories, { seed: 100 + k })),
].slice(first, first + seeds);

const prepared: (PreparedPool & { readonly split: SplitQuestions })[][] = [];
for (const split of splits) {
  for (const [index, pool] of (await preparePools(data, split, engine)).entries()) {
    prepared[index] = [...(prepared[index] ?? []), { ...pool, split }];
  }
}
await engine.dispose();

const ratios = new Map<string, readonly number[]>();
const gaps: { readonly where: string; readonly gap: FrontierGap }[] = [];
const note = (key: string, more: readonly number[]): void => {
  ratios.set(key, [...(ratios.get(key) ?? []), ...more]);
};
for (const [index, pools] of prepared.entries()) {
  for (const prefix of PREFIXES) {
    const shape = { ...SHAPE, prefix };
    const drawn = pools.map(
      ({ split, ...pool }): Drawn => ({
        ...pool,
        validation: drawSessions(new Random(1), split.validation, shape),
        test: drawSessions(new Random(draw), split.test, shape),
      }),
    );
    const questions = drawn.flatMap(({ test }) =>
      test.flatMap(({ tasks }) => tasks.map(({ question }) => question)),
    );
    const sweep = (
      of: (pool: SimulatedPool, worthUsd: number) => SessionPolicy,
      worths = WORTHS,
    ): SessionOutcome[] =>
      frontier(
        drawn,
        worths.map(
          (worthUsd): PolicyOf =>
            ({ pool }) =>
              of(pool, worthUsd),
        ),
      );
    const own = furthers.map((further) =>
      sweep((pool, worthUsd) => weighedPolicy(pool, worthUsd, further)),
    );
    const [usual = []] = own;
    if (furthers.length > 1) {
      for (const [at, points] of own.entries()) {
        // How much more the usual one would have to pay, turned round.
        const compared = compareFrontiers(points, usual, questions);
        note(`${furthers[at]} further calls, ${prefix} tokens`, compared.ratios);
      }
      continue;
    }
    const blind = sweep(blindPolicy);
    const again = sweep(blindPolicy, BETWEEN);
    note(`${prefix} tokens, by chance`, compareFrontiers(again, blind, questions).ratios);
    const others = {
      'best single': frontier(drawn, [
        ({ best }) =>
          () =>
            best,
      ]),
      'every call, blind to caches': sweep(perCallPolicy),
      'every question, blind to caches': blind,
      sticky: sweep(stickyPolicy),
      'without later tasks': sweep((pool, worthUsd) =>
        weighedPolicy(pool, worthUsd, MEAN_CALLS - 1, true),
      ),
    };
    for (const [name, points] of Object.entries(others)) {
      const compared = compareFrontiers(usual, points, questions);
      note(`${prefix} tokens, ${name}`, compared.ratios);
      if (name === 'without later tasks') continue;
      const where = `pool ${index}, ${prefix} tokens, ${name}`;
      const mean = compared.ratios.length > 0 ? geometricMean(compared.ratios).toFixed(3) : '-';
      if (isDetailed) console.log(`${where}: ${mean}`);
      gaps.push(...compared.gaps.map((gap) => ({ where, gap })));
    }
  }
}
console.log(
  furthers.length > 1
    ? `cost at the same success, as a share of that with ${furthers[0]} further calls, geometric mean:`
    : 'cost of weighSwitch at the same success, as a share of what the other policy costs, geometric mean:',
);
for (const [name, list] of ratios) {
  console.log(`  ${name}: ${list.length > 0 ? geometricMean(list).toFixed(3) : 'not reached'}`);
}
if (furthers.length === 1) {
  const beyond = gaps.filter(({ gap }) => isBeyondChance(gap, gaps.length));
  const alone = gaps.filter(({ gap }) => isBeyondChance(gap, 1));
  for (const { where, gap } of beyond) {
    const { point, quality, values } = gap;
    console.log(
      `  BEYOND CHANCE: ${where}: ${percent(point.quality)} at $${point.costUsd.toPrecision(3)}, where weighSwitch has ${percent(quality)}; mean gap ${(100 * mean([...values])).toFixed(2)} points`,
    );
  }
  console.log(
    `${gaps.length} points of other policies: ${beyond.length} solve more for the same money beyond chance, at 5% for all together; ${alone.length} at 5% each (${percent(alone.length / gaps.length)})`,
  );
  if (beyond.length > 0) process.exitCode = 1;
}
