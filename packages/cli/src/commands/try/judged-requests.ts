import { Matrix } from '@embedllm/core';
import type { DecisionRecord } from '@embedllm/dataset-builder/collect';
import { type PairedAnswer, pairOf } from '../evaluate/judge-decisions.js';

/** Decisions of a log whose outcomes say something of policies: N of them, M models. */
export interface JudgedRequests {
  readonly prompts: readonly string[];
  /** What the router said of them, shape [N, M]. */
  readonly probabilities: Matrix;
  readonly costsUsd: Matrix;
  /** How good an answer was; `undefined` where nobody said. */
  readonly outcome: (request: number, model: number) => number | undefined;
  /** The same, estimated without bias where a model was chosen at random. */
  readonly estimate: (request: number, model: number) => number;
  /** Likewise what it cost in US dollars. */
  readonly costUsd: (request: number, model: number) => number;
  /** Answers that were judged. */
  readonly marks: number;
  readonly pairs: number;
  /** Decisions that say nothing, by the reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

interface Judged {
  readonly decision: DecisionRecord;
  readonly answers: readonly PairedAnswer[];
  /** How likely the answer was; 1 where both models were asked. */
  readonly propensity: number;
}

/**
 * Takes the decisions that were judged: those of which two models' answers are known, one that answers all of them
 * and one that is asked as well; and those that explored, where the answer of a model that was chosen with the
 * probability p stands for 1 / p, as a correction of what the router predicted (doubly robust).
 *
 * @param models - Names that policies may choose.
 */
export function judgedRequests(
  decisions: readonly DecisionRecord[],
  models: readonly string[],
): JudgedRequests {
  const leftOut: Record<string, number> = {};
  const kept: Judged[] = [];
  for (const decision of decisions) {
    const judged = judgedOf(decision, models);
    if (typeof judged === 'string') leftOut[judged] = (leftOut[judged] ?? 0) + 1;
    else kept.push(judged);
  }
  const table = (of: (candidate: DecisionRecord['candidates'][number]) => number): Matrix =>
    Matrix.fromRows(
      kept.map(({ decision: { candidates } }) =>
        models.map((name) => {
          const candidate = candidates.find(({ model }) => model === name);
          return candidate ? of(candidate) : Number.NaN;
        }),
      ),
    );
  const probabilities = table(({ probability }) => probability);
  const costsUsd = table(({ expectedCostUsd = Number.NaN }) => expectedCostUsd);
  const answerOf = (n: number, m: number): PairedAnswer | undefined =>
    kept[n]?.answers.find(({ model }) => model === models[m]);
  const corrected = (n: number, expected: number, actual: number | undefined): number =>
    actual === undefined ? expected : expected + (actual - expected) / (kept[n]?.propensity ?? 1);
  return {
    prompts: kept.map(({ decision: { prompt, id } }) => prompt ?? `request ${id}`),
    ...{ probabilities, costsUsd },
    outcome: (n, m) => answerOf(n, m)?.outcome,
    estimate: (n, m) => corrected(n, probabilities.at(n, m), answerOf(n, m)?.outcome),
    costUsd: (n, m) => corrected(n, costsUsd.at(n, m), answerOf(n, m)?.costUsd),
    marks: kept.reduce((sum, { answers }) => sum + answers.length, 0),
    pairs: kept.filter(({ answers }) => answers.length > 1).length,
    leftOut,
  };
}

/** What a decision says; the reason where it says nothing. */
function judgedOf(decision: DecisionRecord, models: readonly string[]): Judged | string {
  const {
    chosen,
    model,
    outcome,
    costUsd,
    propensity = 1,
    candidates,
    isShadow,
    second,
  } = decision;
  if (chosen === undefined || candidates.length === 0) return 'not routed';
  const missing = models.find((name) => candidates.every((one) => one.model !== name));
  if (missing !== undefined) return `without ${missing} among its candidates`;
  const pair = pairOf(decision);
  if (pair) {
    const isWhole = models.every((name) => pair.some((one) => one.model === name));
    return isWhole
      ? { decision, answers: pair, propensity: 1 }
      : 'of which other models were asked';
  }
  if (outcome === undefined) return 'without an outcome';
  if (isShadow === true && second?.outcome !== undefined) {
    return 'whose two answers were judged by different sources';
  }
  if (isShadow === true) return 'without an outcome of a second model';
  if (model !== chosen) return 'answered by another model than the chosen one';
  if (propensity === 1) return 'certain';
  return { decision, answers: [{ model, outcome, costUsd }], propensity };
}
