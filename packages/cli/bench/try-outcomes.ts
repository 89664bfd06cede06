/**
 * Whether `try --outcomes` keeps its promise: 200 simulated gateways whose true probabilities are known, each with a
 * log of 300 requests that two models answered, or of 1,200 decisions that explored. Policies are tested on the
 * outcomes; the boldest that passes is judged on 20,000 fresh requests. Ends with exit code 1 where fewer than 90% of
 * the promises hold.
 *   tsx bench/try-outcomes.ts [gateways]
 */
import { Random } from '@embedllm/core';
import type { DecisionRecord } from '@embedllm/dataset-builder/collect';
import { judgedRequests } from '../src/commands/try/judged-requests.js';
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
        second: { id: 's', model: 'small', outcome: outcomes[1], costUsd: COSTS[1] },
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

const gateways = Number(process.argv[2] ?? 200);
for (const kind of ['pairs', 'explored'] as const) {
  const found: (boolean | undefined)[] = [];
  for (let seed = 0; seed < gateways; seed++) found.push(await promise(seed, kind));
  const promised = found.filter((kept) => kept !== undefined);
  const kept = 1 - promised.filter((one) => !one).length / found.length;
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  console.log(
    `${kind}: promise kept by ${percent(kept)} of ${gateways}; a policy found for ${percent(promised.length / gateways)}`,
  );
  if (kept < 0.9) process.exitCode = 1;
}
