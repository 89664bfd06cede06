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
 * question and staying; and `weighSwitch`, once for every question. All go by the same predictions of a router that
 * is trained on the training questions and calibrated on validation, model by model. Sessions over validation
 * questions say for each worth whether one model alone is worth more than `weighSwitch`, and which points of each
 * policy are on its frontier; test decides nothing.
 *
 * Ends with 1 where `weighSwitch` solves less at the cost of a point of another policy, beyond chance: where the
 * interval of the paired difference, question by question, costs included, lies above 0 at 5% for all points
 * together.
 *
 *   tsx bench/sessions.bench.ts [--data=FOLDER of MMLU-Pro] [--without=math,chemistry] [--seeds=5] [--first=0]
 *     [--sessions=200] [--draw=2] [--further=3 | --further=0,1,3,10,30,had]
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
import { preparePools } from './sessions/prepare-pool.js';
import { mmluPro, zeroEval } from './sessions/session-data.js';
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
const WORTHS = Array.from({ length: 21 }, (_, k) => 10 ** (-3.5 + k / 4));
const MEAN_CALLS = 4;
const option = (name: string, fallback: string): string =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
const folder = option('data', '');
const [first, seeds] = [Number(option('first', '0')), Number(option('seeds', '5'))];
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

function run(
  sessions: readonly SimulatedSession[],
  pool: SimulatedPool,
  policy: SessionPolicy,
): SessionOutcome {
  const results = sessions.map((session) => simulateSession(session, pool, policy));
  const solved = results.flatMap((one) => one.solved);
  const usd = results.flatMap((one) => one.usd);
  const costUsd = usd.reduce((sum, one) => sum + one, 0) / results.length;
  return { costUsd, quality: mean(solved), solved, usd };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sessions over validation questions, and over others of the same kind. */
interface Drawn {
  readonly validation: readonly SimulatedSession[];
  readonly test: readonly SimulatedSession[];
}

/** The frontier of policies as validation has it, run on test. */
function frontier(
  { validation, test }: Drawn,
  pool: SimulatedPool,
  policies: readonly SessionPolicy[],
): SessionOutcome[] {
  const tried = policies.map((policy) => ({ policy, ...run(validation, pool, policy) }));
  return upperHull(tried).map(({ policy }) => run(test, pool, policy));
}

/** `weighSwitch` by worth, with what is worth most on validation. */
function ownPolicies(
  { validation }: Drawn,
  pool: SimulatedPool,
  further: FurtherCalls,
): SessionPolicy[] {
  const alone = pool.names.map(
    (_, model): SessionPolicy =>
      () =>
        model,
  );
  const singles = alone.map((policy) => ({ policy, ...run(validation, pool, policy) }));
  return WORTHS.map((worth) => {
    const policy = weighedPolicy(pool, worth, further);
    const value = (one: SessionOutcome): number => worth * SHAPE.tasks * one.quality - one.costUsd;
    const weighed = { policy, ...run(validation, pool, policy) };
    return singles.reduce((top, one) => (value(one) > value(top) ? one : top), weighed).policy;
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

const splits = [
  data.split,
  ...Array.from({ length: 19 }, (_, k) => splitQuestions(data.categories, { seed: 100 + k })),
].slice(first, first + seeds);

const ratios = new Map<string, number[]>();
const gaps: { readonly where: string; readonly gap: FrontierGap }[] = [];
const note = (key: string, more: readonly number[]): void => {
  ratios.set(key, [...(ratios.get(key) ?? []), ...more]);
};
for (const [number, split] of splits.entries()) {
  for (const [index, { pool, best }] of (await preparePools(data, split, engine)).entries()) {
    for (const prefix of PREFIXES) {
      const shape = { ...SHAPE, prefix };
      const draw = Number(option('draw', '2'));
      const drawn: Drawn = {
        validation: drawSessions(new Random(1), split.validation, shape),
        test: drawSessions(new Random(draw), split.test, shape),
      };
      const questions = drawn.test.flatMap(({ tasks }) => tasks.map(({ question }) => question));
      const own = furthers.map((further) =>
        frontier(drawn, pool, ownPolicies(drawn, pool, further)),
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
      const sweep = (policies: readonly SessionPolicy[]): SessionOutcome[] =>
        frontier(drawn, pool, policies);
      const others = {
        'best single': sweep([() => best]),
        'every call, blind to caches': sweep(WORTHS.map((worth) => perCallPolicy(pool, worth))),
        'every question, blind to caches': sweep(WORTHS.map((worth) => blindPolicy(pool, worth))),
        sticky: sweep(WORTHS.map((worth) => stickyPolicy(pool, worth))),
      };
      for (const [name, points] of Object.entries(others)) {
        const compared = compareFrontiers(usual, points, questions);
        note(`${prefix} tokens, ${name}`, compared.ratios);
        const where = `split ${first + number}, pool ${index}, ${prefix} tokens, ${name}`;
        gaps.push(...compared.gaps.map((gap) => ({ where, gap })));
      }
    }
  }
}
await engine.dispose();
console.log(
  furthers.length > 1
    ? `mean cost at the same success, as a share of that with ${furthers[0]} further calls:`
    : 'mean cost of weighSwitch at the same success, as a share of what the other policy costs:',
);
for (const [name, list] of ratios) console.log(`  ${name}: ${mean(list).toFixed(3)}`);
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
