import type { DecisionRecord } from '@embedllm/dataset-builder/collect';
import { mean } from '@embedllm/internals';
import type { Policy } from '@embedllm/router';
import { estimatePolicy, type PolicyEstimate, policyChoice } from '@embedllm/router/evaluation';

/** Decisions that say nothing of the policy, by the reason. */
export interface LeftOutDecisions {
  /** The client named the model. */
  readonly notRouted: number;
  /** Nobody said how good the answer was. */
  readonly withoutOutcome: number;
  /** The model that was chosen failed, and another one answered. */
  readonly answeredByAnother: number;
  /** The choice was certain, as in a session that stays with its model. */
  readonly certain: number;
  /** A second model was asked as well, and the policy would have chosen a third. */
  readonly ofAThird: number;
  /** No model that could have been chosen meets the constraints of the policy. */
  readonly withoutChoice: number;
}

/** What decisions say of a policy; plain JSON. */
export interface JudgedDecisions {
  /** Decisions of the log. */
  readonly decisions: number;
  readonly leftOut: LeftOutDecisions;
  /** Decisions that count. */
  readonly counted: number;
  /** Those of them to which two models gave answers that were judged. */
  readonly pairs: number;
  /** Share of them that the policy would have made as well. */
  readonly sameChoice: number;
  /** Mean outcome of what was done. */
  readonly quality: number;
  readonly policyQuality: PolicyEstimate;
  /** Where all answers have a cost: US dollars of an answer, as it was done and of the policy. */
  readonly costUsd?: number | undefined;
  readonly policyCostUsd?: PolicyEstimate | undefined;
}

interface Counted {
  readonly decision: DecisionRecord;
  /** Of the answer by which the policy is judged, and of the one that the client got. */
  readonly outcome: number;
  readonly costUsd: number | undefined;
  readonly doneOutcome: number;
  readonly doneUsd: number | undefined;
  readonly propensity: number;
  /** Positions among its candidates. */
  readonly made: number;
  readonly wanted: number;
}

/**
 * Estimates what a policy would have achieved on logged decisions.
 *
 * @returns `undefined` for the estimates where fewer than two decisions count, or where the policy would
 * have made none of them.
 */
export function judgeDecisions(
  decisions: readonly DecisionRecord[],
  policy: Policy,
  confidence: number,
): Pick<JudgedDecisions, 'decisions' | 'leftOut' | 'counted' | 'pairs'> & Partial<JudgedDecisions> {
  const leftOut = {
    ...{ notRouted: 0, withoutOutcome: 0, answeredByAnother: 0 },
    ...{ certain: 0, ofAThird: 0, withoutChoice: 0 },
  };
  let pairs = 0;
  const counted: Counted[] = [];
  for (const decision of decisions) {
    const { chosen, outcome, propensity = 1, candidates, costUsd } = decision;
    const made = candidates.findIndex(({ model }) => model === chosen);
    const done = { doneOutcome: outcome ?? 0, doneUsd: costUsd };
    const pair = pairOf(decision);
    if (pair) {
      const wanted = choiceOf(decision, policy);
      const answer = pair.find(({ model }) => model === candidates[wanted]?.model);
      if (wanted < 0) leftOut.withoutChoice++;
      else if (!answer) leftOut.ofAThird++;
      else {
        const same = { propensity: 1, made: wanted, wanted };
        counted.push({ ...done, ...answer, ...same, decision });
        pairs++;
      }
      continue;
    }
    if (chosen === undefined || made < 0) leftOut.notRouted++;
    else if (outcome === undefined) leftOut.withoutOutcome++;
    else if (decision.model !== chosen) leftOut.answeredByAnother++;
    else if (propensity === 1 && candidates.length > 1) leftOut.certain++;
    else {
      const wanted = choiceOf(decision, policy);
      if (wanted < 0) leftOut.withoutChoice++;
      else counted.push({ ...done, decision, outcome, costUsd, propensity, made, wanted });
    }
  }
  const known = { decisions: decisions.length, leftOut, counted: counted.length, pairs };
  const usable = counted.filter(({ made, wanted }) => made === wanted).length;
  const same = counted.filter(
    ({ decision: { model, candidates }, wanted }) => candidates[wanted]?.model === model,
  ).length;
  if (counted.length < 2 || usable === 0) return known;
  const estimate = (
    outcomes: readonly number[],
    done: readonly number[],
    expected?: readonly (readonly number[])[],
  ): PolicyEstimate =>
    estimatePolicy({
      ...{ outcomes, done },
      propensities: counted.map(({ propensity }) => propensity),
      choices: counted.map(({ made, wanted }) => Number(made === wanted)),
      ...(expected && {
        expected: counted.map(({ made }, i) => expected[i]?.[made] ?? 0),
        expectedOfPolicy: counted.map(({ wanted }, i) => expected[i]?.[wanted] ?? 0),
      }),
      confidence,
    });
  const outcomes = counted.map(({ outcome }) => outcome);
  const doneOutcomes = counted.map(({ doneOutcome }) => doneOutcome);
  const costs = counted.flatMap(({ costUsd }) => costUsd ?? []);
  const doneCosts = counted.flatMap(({ doneUsd }) => doneUsd ?? []);
  const expectedCosts = counted.map(({ decision }) =>
    decision.candidates.map(({ expectedCostUsd }) => expectedCostUsd ?? Number.NaN),
  );
  const areExpected = expectedCosts.flat().every(Number.isFinite);
  return {
    ...known,
    sameChoice: same / counted.length,
    quality: mean(doneOutcomes),
    policyQuality: estimate(
      outcomes,
      doneOutcomes,
      counted.map(({ decision }) => decision.candidates.map(({ probability }) => probability)),
    ),
    ...(costs.length === counted.length &&
      doneCosts.length === counted.length && {
        costUsd: mean(doneCosts),
        policyCostUsd: estimate(costs, doneCosts, areExpected ? expectedCosts : undefined),
      }),
  };
}

/**
 * Two judged answers to the same request, where one model answers all of them and a share is asked of a second: what
 * is known of a policy that chooses one of the two does not depend on chance.
 */
export function pairOf(decision: DecisionRecord): readonly PairedAnswer[] | undefined {
  return decision.isShadow === true ? comparedAnswers(decision) : undefined;
}

/** Two answers to the same request that the same sources judged, whatever the requests are of which there are two. */
export function comparedAnswers({
  second,
  model,
  costUsd,
}: DecisionRecord): readonly PairedAnswer[] | undefined {
  if (second?.outcomes === undefined) return undefined;
  return [
    { model, outcome: second.outcomes.first, costUsd },
    { model: second.model, outcome: second.outcomes.second, costUsd: second.costUsd },
  ];
}

/** One of the two. */
export interface PairedAnswer {
  readonly model: string;
  readonly outcome: number;
  readonly costUsd: number | undefined;
}

function choiceOf({ candidates, familiarity }: DecisionRecord, policy: Policy): number {
  const clipped = candidates.map(({ probability }) =>
    Math.min(1 - 1e-9, Math.max(1e-9, probability)),
  );
  return policyChoice(policy, {
    models: candidates.map(({ model: name }) => ({ name })),
    logits: Float32Array.from(clipped, (p) => Math.log(p / (1 - p))),
    probabilities: Float64Array.from(candidates, ({ probability }) => probability),
    costsUsd: Float64Array.from(candidates, ({ expectedCostUsd = Number.NaN }) => expectedCostUsd),
    inputTokens: undefined,
    familiarity,
  });
}
