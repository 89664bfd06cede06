import { type CorrectnessMatrix, type Matrix, routeAll } from '@embedllm/core';

/** What routing is expected to cost, on the questions that its accuracy is of. */
export interface RoutingCosts {
  /** Mean US dollars for 1,000 questions, by the models that the artifact chooses. */
  readonly artifactUsd: number;
  /** The same of always asking the single best model; left out where its cost is unknown. */
  readonly singleBestUsd?: number | undefined;
  /** How many questions go to models whose cost is unknown; they are left out on both sides. */
  readonly unknown: number;
}

/** What `routingCosts` takes; matrices have shape [Q, M]. */
export interface RoutingCostStudy {
  readonly truth: CorrectnessMatrix;
  readonly probabilities: Matrix;
  /** Expected dollars of each answer, NaN where unknown. */
  readonly costsUsd: Matrix;
  /** Name of the single best model. */
  readonly singleBest: string | undefined;
}

/** `undefined` where no chosen model has a known cost. */
export function routingCosts(study: RoutingCostStudy): RoutingCosts | undefined {
  const { truth, probabilities, costsUsd, singleBest } = study;
  const best = singleBest === undefined ? -1 : truth.models.indexOf(singleBest);
  const chosen = routeAll(probabilities, truth);
  let [artifact, fixed, known, unknown] = [0, 0, 0, 0];
  chosen.forEach((model, question) => {
    const isJudged = best < 0 || truth.get(question, best) !== undefined;
    if (model < 0 || !isJudged) return;
    const cost = costsUsd.at(question, model);
    if (Number.isNaN(cost)) {
      unknown++;
      return;
    }
    known++;
    artifact += cost;
    fixed += best < 0 ? Number.NaN : costsUsd.at(question, best);
  });
  if (known === 0) return undefined;
  return {
    artifactUsd: (1000 * artifact) / known,
    ...(!Number.isNaN(fixed) && { singleBestUsd: (1000 * fixed) / known }),
    unknown,
  };
}

/** In words; empty where nothing is known. */
export function formatRoutingCosts(
  costs: RoutingCosts | undefined,
  singleBest: string | undefined,
): string[] {
  if (costs === undefined) return [];
  const { artifactUsd, singleBestUsd, unknown } = costs;
  const always =
    singleBestUsd === undefined ? '' : `; always ${singleBest}: $${singleBestUsd.toPrecision(3)}`;
  const left = unknown > 0 ? ` (without ${unknown} that go to models of unknown cost)` : '';
  return [
    `Expected cost of 1,000 questions: $${artifactUsd.toPrecision(3)} by this artifact${always}${left}.`,
  ];
}
