import { DataError } from '@embedllm/core';
import { count, quantity } from '@embedllm/internals';
import { readLoggedDecisions } from '../../inputs/read-logged-decisions.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { type JudgedRequests, judgedRequests } from './judged-requests.js';
import type { TryOptions } from './options.js';
import { testPolicies } from './test-policies.js';
import { writeTrial } from './write-trial.js';

/** Fewer say nothing. */
const FEWEST = 20;

/** Tries policies on the outcomes in a gateway's log: nobody is asked, and nobody marks. */
export async function tryOnOutcomes(
  context: Context,
  options: TryOptions,
  { from, best }: { readonly from: string; readonly best: string },
): Promise<number> {
  const { share, confidence, judge, reuse, model: named = [] } = options;
  if (judge !== undefined || reuse !== undefined) {
    throw new UsageError(
      '--outcomes asks and marks nothing. To take outcomes where the log has them and mark the rest, use --reuse outcomes in its place.',
    );
  }
  const path = context.path(from);
  const { decisions, models: known } = await readLoggedDecisions(context, from);
  const others = named.map((text) => text.split('=')[0] ?? text);
  const models = [...new Set([best, ...(others.length > 0 ? others : known)])];
  const stranger = models.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new UsageError(
      `The log does not have ${JSON.stringify(stranger)} among the candidates of its decisions. It has ${known.slice(0, 5).join(', ') || 'none'}.`,
    );
  }
  if (models.length < 2) throw new UsageError(`Name another model than ${best}, with -m NAME.`);
  const judged = judgedRequests(decisions, models);
  assertEnough(judged, decisions.length, path);
  const present = models.indexOf(best);
  const requests = judged.prompts.length;
  const found = await testPolicies({
    answers: {
      ...{ outcome: judged.outcome, costUsd: judged.costUsd, isStopped: false },
      need: async () => undefined,
    },
    predicted: { models, probabilities: judged.probabilities, costsUsd: judged.costsUsd },
    drawn: {
      requests: Int32Array.from({ length: requests }, (_, n) => n),
      weights: ones(requests),
    },
    estimate: judged.estimate,
    ...{ present, share, confidence, draws: requests, seed: 0, prompts: judged.prompts },
    shuffle: (pairs) => [...pairs],
  });
  return await writeTrial(context, options, {
    ...{ title: 'What routing would save', log: from, requests, present: best, models },
    ...found,
    marks: judged.marks,
    undecided: 0,
    markedBy: `by outcomes; ${quantity(judged.pairs, 'request')} answered by two models`,
    holdsFor: `This holds for requests like the ${count(requests)} of the log that say something of policies, as often as they came, and where those that were judged are like those that were not${reasons(judged)}.`,
  });
}

function ones(length: number): Float64Array {
  return new Float64Array(length).fill(1);
}

function assertEnough(judged: JudgedRequests, decisions: number, file: string): void {
  if (judged.prompts.length < FEWEST) {
    const advice =
      'Ask a second model for a share of the requests (routing.shadow), or let the gateway explore (routing.policy.explore), and post outcomes of the answers to /v1/outcomes.';
    throw new DataError(
      `has ${judged.prompts.length} of ${decisions} decisions whose outcomes say something of policies; at least ${FEWEST} are needed${reasons(judged)}. ${advice}`,
      { file },
    );
  }
  if (judged.costsUsd.data.every(Number.isFinite)) return;
  throw new DataError(
    'does not say what each model was expected to cost. Give the models prices in gateway.yaml.',
    { file, field: 'candidates.expectedCostUsd' },
  );
}

function reasons({ leftOut }: JudgedRequests): string {
  const named = Object.entries(leftOut).map(([reason, number]) => `${count(number)} ${reason}`);
  return named.length === 0 ? '' : ` (left out: ${named.join(', ')})`;
}
