/**
 * Whether `try --outcomes` and `try --reuse outcomes` keep their promises: 200 simulated gateways whose true
 * probabilities are known. With `--outcomes` each has a log of 300 requests that two models answered, or of 1,200
 * decisions that explored; the boldest policy that passes is judged on 20,000 fresh requests. With `--reuse` a log has
 * 1,500 requests, of which 120 are drawn; both answers have outcomes for about 30%, more often where one is bad, and
 * the rest is marked. The policy is judged on all requests of the log. `lenient` outcomes call 30% of the bad answers
 * good. The last row is what `try` refuses: outcomes of the present model alone, stricter than marks by 10%, next to
 * marks of the other.
 *
 * Ends with exit code 1 where fewer than 90% of the promises hold, except in the last row.
 *   tsx bench/try-outcomes.ts [gateways]
 */
import { Matrix, Random } from '@embedllm/core';
import type { DecisionRecord } from '@embedllm/dataset-builder/collect';
import { judgedRequests } from '../src/commands/try/judged-requests.js';
import { reusedAnswers } from '../src/commands/try/reused-answers.js';
import { testPolicies } from '../src/commands/try/test-policies.js';

const MODELS = ['large', 'small'];
const COSTS = [0.01, 0.001];
const [SHARE, CONFIDENCE] = [0.95, 0.9];

/** A request: how likely each model really is right, and what the router believes. */
function drawRequest(random: Random): { truth: number[]; believed: number[] } {
  const ease = random.uniform();
  const truth = [0.55 + 0.4 * ease, 0.1 + 0.85 * ease];
  const noise = (): number => 0.25 * (random.uniform() - 0.5);
  return { truth, believed: truth.map((p) => Math.min(0.99, Math.max(0.01, p + noise()))) };
}

function simulated(random: Random, kind: 'pairs' | 'explored', count: number): DecisionRecord[] {
  return Array.from({ length: count }, (_, row): DecisionRecord => {
    const { truth, believed } = drawRequest(random);
    const outcomes = truth.map((p) => Number(random.uniform() < p));
    const candidates = MODELS.map((model, m) => ({
      ...{ model, probability: believed[m] ?? 0, expectedCostUsd: COSTS[m] },
    }));
    const base = { row, id: `${row}`, promptId: `${row}`, candidates };
    if (kind === 'pairs') {
      return {
        ...{ ...base, model: 'large', chosen: 'small', outcome: outcomes[0], costUsd: COSTS[0] },
        ...{ isShadow: true },
        second: {
          ...{ id: 's', model: 'small', costUsd: COSTS[1] },
          outcomes: { first: outcomes[0] ?? 0, second: outcomes[1] ?? 0 },
        },
      };
    }
    const m = random.uniform() < 0.3 ? 1 : 0;
    const propensity = m === 1 ? 0.3 : 0.7;
    const model = MODELS[m] ?? '';
    return { ...base, model, chosen: model, propensity, outcome: outcomes[m], costUsd: COSTS[m] };
  });
}

/** Whether the policy that passed keeps the share on fresh requests; `undefined` where none passed. */
async function promise(seed: number, kind: 'pairs' | 'explored'): Promise<boolean | undefined> {
  const random = new Random(seed);
  const judged = judgedRequests(simulated(random, kind, kind === 'pairs' ? 300 : 1200), MODELS);
  const requests = judged.prompts.length;
  const { passed } = await testPolicies({
    answers: {
      ...{ need: async () => undefined, isStopped: false },
      ...{ outcome: judged.outcome, costUsd: judged.costUsd },
    },
    predicted: { models: MODELS, ...judged },
    drawn: {
      requests: Int32Array.from({ length: requests }, (_, n) => n),
      weights: new Float64Array(requests).fill(1),
    },
    estimate: judged.estimate,
    ...{ present: 0, share: SHARE, confidence: CONFIDENCE, draws: requests, seed: 0 },
    prompts: judged.prompts,
    shuffle: (pairs) => [...pairs],
  });
  if (!passed) return undefined;
  const fresh = new Random(seed + 1_000_000);
  let [kept, whole] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    const { truth, believed } = drawRequest(fresh);
    const value = (m: number): number => (believed[m] ?? 0) - passed.lambda * (COSTS[m] ?? 0);
    kept += truth[value(1) >= value(0) ? 1 : 0] ?? 0;
    whole += truth[0] ?? 0;
  }
  return kept >= SHARE * whole;
}

/** Whether a policy keeps the share on the log that it was tested on. */
async function reusing(
  seed: number,
  kind: 'same' | 'lenient' | 'one-sided',
): Promise<boolean | undefined> {
  const random = new Random(seed);
  const requests = Array.from({ length: 1500 }, (_, row) => {
    const { truth, believed } = drawRequest(random);
    const marks = truth.map((p) => Number(random.uniform() < p));
    const isPosted = random.uniform() < (marks.includes(0) ? 0.45 : 0.2);
    const said = marks.map((mark) =>
      kind === 'lenient' && mark === 0 ? Number(random.uniform() < 0.3) : mark,
    );
    const decision: DecisionRecord = {
      ...{ row, id: `${row}`, promptId: `${row}`, candidates: [], model: 'large' },
      ...(isPosted && {
        second: {
          ...{ id: 's', model: 'small', costUsd: COSTS[1] },
          outcomes: { first: said[0] ?? 0, second: said[1] ?? 0 },
        },
      }),
    };
    // Of the present model alone, and stricter.
    const strict = marks.map((mark, m) => (m === 0 && random.uniform() < 0.1 ? 0 : mark));
    return { believed, marks, decision, strict };
  });
  const { known } = reusedAnswers(
    requests.map(({ decision }) => decision),
    requests.map(({ decision }) => ({ id: decision.promptId })),
    MODELS,
  );
  const measured = (n: number, m: number): number =>
    known(n, m)?.outcome ?? requests[n]?.marks[m] ?? 0;
  const outcome = (n: number, m: number): number =>
    kind === 'one-sided' ? (requests[n]?.strict[m] ?? 0) : measured(n, m);
  const { passed } = await testPolicies({
    answers: {
      ...{ need: async () => undefined, isStopped: false },
      ...{ outcome, costUsd: (_, m) => COSTS[m] },
    },
    predicted: {
      models: MODELS,
      probabilities: Matrix.fromRows(requests.map(({ believed }) => believed)),
      costsUsd: Matrix.fromRows(requests.map(() => COSTS)),
    },
    ...{ present: 0, share: SHARE, confidence: CONFIDENCE, draws: 120, seed },
    prompts: requests.map(({ decision }) => decision.id),
    shuffle: (pairs) => [...pairs],
  });
  if (!passed) return undefined;
  let [kept, whole] = [0, 0];
  for (const [n, { believed }] of requests.entries()) {
    const value = (m: number): number => (believed[m] ?? 0) - passed.lambda * (COSTS[m] ?? 0);
    kept += measured(n, value(1) >= value(0) ? 1 : 0);
    whole += measured(n, 0);
  }
  return kept >= SHARE * whole;
}

const gateways = Number(process.argv[2] ?? 200);
const kinds: [string, (seed: number) => Promise<boolean | undefined>][] = [
  ['--outcomes, pairs', (seed) => promise(seed, 'pairs')],
  ['--outcomes, explored', (seed) => promise(seed, 'explored')],
  ['--reuse outcomes, which mean the same as marks', (seed) => reusing(seed, 'same')],
  ['--reuse outcomes, lenient', (seed) => reusing(seed, 'lenient')],
  ['outcomes of one model next to marks', (seed) => reusing(seed, 'one-sided')],
];
for (const [index, [name, check]] of kinds.entries()) {
  const found: (boolean | undefined)[] = [];
  for (let seed = 0; seed < gateways; seed++) found.push(await check(seed));
  const promised = found.filter((kept) => kept !== undefined);
  const kept = 1 - promised.filter((one) => !one).length / found.length;
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  console.log(
    `${name}: promise kept by ${percent(kept)} of ${gateways}; a policy found for ${percent(promised.length / gateways)}`,
  );
  if (kept < 0.9 && index < kinds.length - 1) process.exitCode = 1;
}
