import type { Matrix } from '@embedllm/core';
import type { TestedPolicy, TrialContent, TrialHarm } from '@embedllm/report';
import { meanEstimate } from '@embedllm/router/evaluation';
import {
  type BoldPolicy,
  boldPolicies,
  type DrawnRequests,
  drawRequests,
  testShare,
} from '@embedllm/router/guarantee';
import { UsageError } from '../../program/failure.js';
import type { MarkedAnswers } from './mark-answers.js';

/** What a router says of N requests. */
export interface PredictedRequests {
  /** Names in the order of the columns. */
  readonly models: readonly string[];
  /** Shape [N, M]. */
  readonly probabilities: Matrix;
  readonly costsUsd: Matrix;
}

/** What `testPolicies` works with: N requests, M models. */
export interface TestPoliciesOptions {
  readonly answers: Pick<MarkedAnswers, 'need' | 'outcome' | 'costUsd' | 'isStopped'>;
  readonly predicted: PredictedRequests;
  /** Index of the present model. */
  readonly present: number;
  readonly share: number;
  readonly confidence: number;
  readonly draws: number;
  readonly seed: number;
  readonly prompts: readonly string[];
  /** The requests whose answers are marked. @default so many as `draws`, drawn */
  readonly drawn?: DrawnRequests | undefined;
  /** How good an answer is, where that is estimated. @default as marked; what is not counts against the policy */
  readonly estimate?: ((request: number, model: number) => number) | undefined;
  /** Mixes the answers to mark, so that nobody can guess who wrote them. */
  shuffle(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[];
}

/** Harms that the page shows. */
const MOST_HARMS = 20;

/** Tests policies from cautious to bold, and asks for the marks that each needs. */
export async function testPolicies(
  options: TestPoliciesOptions,
): Promise<Pick<TrialContent, 'tested' | 'passed' | 'savedPer1000' | 'presentPer1000' | 'harms'>> {
  const { answers, predicted, present, share, confidence, draws, seed, shuffle } = options;
  const { probabilities, costsUsd, models } = predicted;
  const policies = boldPolicies({ probabilities, costsUsd, best: present });
  const [first] = policies;
  if (first === undefined) {
    throw new UsageError(`No other model is expected to cost less than ${models[present]}.`);
  }
  const { drawn = drawRequests({ policies, best: present, count: draws, seed }) } = options;
  // What could not be marked counts against the policy.
  const marked = (n: number, m: number): number => answers.outcome(n, m) ?? Number(m === present);
  const pairsOf = ({ choices }: BoldPolicy): [number, number][] =>
    [...new Set(drawn.requests)].flatMap((request) =>
      [...new Set([present, choices[request] ?? present])].map((model): [number, number] => [
        request,
        model,
      ]),
    );
  const all = distinct(policies.flatMap(pairsOf));
  const tested: TestedPolicy[] = [];
  let passed: BoldPolicy | undefined;
  for (const policy of policies) {
    const { choices, lambda, switched } = policy;
    await answers.need(shuffle(pairsOf(policy)), all);
    if (answers.isStopped) break;
    const { isKept, loss, quality, bestQuality } = testShare({
      ...{ drawn, choices, best: present, share, confidence },
      outcome: options.estimate ?? marked,
      predicted: (n, m) => probabilities.at(n, m),
    });
    tested.push({
      ...{ lambda, switched, isKept },
      qualityKept: bestQuality > 0 ? quality / bestQuality : 1,
      worstExcess: bestQuality > 0 ? loss.upper / bestQuality : loss.upper,
    });
    if (!isKept) break;
    passed = policy;
  }
  const judged = passed ?? first;
  return {
    tested,
    passed: tested.findLast(({ isKept }) => isKept),
    ...(passed && savings(options, passed.choices, drawn)),
    harms: harmsOf(options, judged.choices, drawn),
  };
}

function distinct(pairs: readonly [number, number][]): [number, number][] {
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()];
}

/** Dollars of 1,000 requests: what is expected of all, corrected by what the drawn ones did cost. */
function savings(
  { answers, predicted, present, confidence }: TestPoliciesOptions,
  choices: Int32Array,
  { requests, weights }: DrawnRequests,
): Pick<TrialContent, 'savedPer1000' | 'presentPer1000'> {
  const { costsUsd } = predicted;
  const per1000 = (of: (cost: (model: number) => number, request: number) => number) => {
    const expected = (n: number): number => of((model) => costsUsd.at(n, model), n);
    const actual = (n: number): number =>
      of((model) => answers.costUsd(n, model) ?? costsUsd.at(n, model), n);
    let mean = 0;
    for (let n = 0; n < choices.length; n++) mean += expected(n) / choices.length;
    const values = weights.map(
      (weight, i) =>
        1000 * (mean + weight * (actual(requests[i] ?? 0) - expected(requests[i] ?? 0))),
    );
    return meanEstimate(values, confidence);
  };
  const saved = per1000((cost, n) => cost(present) - cost(choices[n] ?? present));
  const { value, lower, upper } = saved;
  return {
    savedPer1000: { value, lower, upper },
    presentPer1000: per1000((cost) => cost(present)).value,
  };
}

function harmsOf(
  { answers, predicted, present, prompts }: TestPoliciesOptions,
  choices: Int32Array,
  { requests }: DrawnRequests,
): TrialHarm[] {
  return [...new Set(requests)]
    .flatMap((n): TrialHarm[] => {
      const model = choices[n] ?? present;
      const outcome = answers.outcome(n, model);
      const presentOutcome = answers.outcome(n, present);
      if (outcome === undefined || presentOutcome === undefined) return [];
      if (outcome >= presentOutcome) return [];
      const name = predicted.models[model] ?? '';
      return [{ prompt: prompts[n] ?? '', model: name, outcome, presentOutcome }];
    })
    .sort((a, b) => a.outcome - a.presentOutcome - (b.outcome - b.presentOutcome))
    .slice(0, MOST_HARMS);
}
