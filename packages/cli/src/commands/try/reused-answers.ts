import { DataError } from '@embedllm/core';
import type {
  CollectQuestion,
  DecisionRecord,
  ResolvedModel,
} from '@embedllm/dataset-builder/collect';
import { mean, quantity } from '@embedllm/internals';
import { readLoggedDecisions } from '../../inputs/read-logged-decisions.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { comparedAnswers } from '../evaluate/judge-decisions.js';

/** What a gateway's log is used for, besides its requests. */
export type Reuse = 'answers' | 'outcomes' | 'all';

/** An answer whose quality was posted to the gateway. */
export interface KnownAnswer {
  readonly outcome: number;
  readonly costUsd: number | undefined;
}

/** An answer whose text the log has, for somebody to mark. */
export interface KeptAnswer {
  readonly text: string;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** What need not be asked again. */
export interface ReusedAnswers {
  /** An answer with an outcome: only of requests where both models have one. */
  readonly known: (request: number, model: number) => KnownAnswer | undefined;
  /** An answer with a text. */
  readonly kept: (request: number, model: number) => KeptAnswer | undefined;
}

/** Asks and marks everything. */
export const NOTHING_REUSED: ReusedAnswers = { known: () => undefined, kept: () => undefined };

/**
 * Finds in a gateway's log what of its requests is known.
 *
 * A policy is judged by comparing two answers to the same request. An outcome that somebody posted and a mark need not
 * mean the same, so outcomes count where both answers have one, and both answers are marked elsewhere; which requests
 * are drawn does not depend on what is known of them. A kept text is marked next to a fresh answer of the other
 * model, so it is used only where asking again would have asked the same.
 *
 * @throws UsageError where outcomes are to be used of more than two models; DataError where the log has nothing of use.
 */
export async function readReusedAnswers(
  context: Context,
  { from, reuse }: { readonly from: string; readonly reuse: Reuse },
  { questions, asked }: { questions: readonly CollectQuestion[]; asked: readonly ResolvedModel[] },
): Promise<ReusedAnswers> {
  const models = asked.map(({ name }) => name);
  if (reuse !== 'answers' && models.length > 2) {
    throw new UsageError(
      `The log has outcomes of at most two answers to a request: to reuse them, name one model besides --best. Named: ${models.join(', ')}.`,
    );
  }
  const { decisions } = await readLoggedDecisions(context, from);
  const found = reusedAnswers(decisions, questions, models);
  const known = reuse === 'answers' ? NOTHING_REUSED.known : found.known;
  const kept = reuse === 'outcomes' ? NOTHING_REUSED.kept : found.kept;
  const each = [...questions.keys()];
  const pairs = each.filter((request) => known(request, 0) !== undefined).length;
  const texts = each.filter((n) => models.some((_, m) => kept(n, m) !== undefined)).length;
  if (pairs === 0 && texts === 0) {
    throw new DataError(
      'has nothing to reuse: no request with outcomes of both models, and no kept answer to a request that is its prompt alone. Both come with routing.shadow.ask.',
      { file: context.path(from) },
    );
  }
  const of = ` of ${quantity(questions.length, 'request')}`;
  context.note(
    [
      ...(pairs > 0 ? [`Outcomes of both models are known for ${pairs}${of}.`] : []),
      ...(texts > 0 ? [`Answers to ${texts}${of} are in the log and are not asked again.`] : []),
    ].join(' '),
  );
  return { known, kept };
}

/** What decisions say of requests and models, by their positions. */
export function reusedAnswers(
  decisions: readonly DecisionRecord[],
  questions: readonly Pick<CollectQuestion, 'id' | 'instructions'>[],
  models: readonly string[],
): ReusedAnswers {
  const outcomes = new Map<string, { outcomes: number[]; costs: (number | undefined)[] }>();
  const texts = new Map<string, KeptAnswer>();
  for (const decision of decisions) {
    const { promptId, second } = decision;
    const pair = comparedAnswers(decision);
    if (pair && models.every((name) => pair.some(({ model }) => model === name))) {
      for (const { model, outcome, costUsd } of pair) {
        const key = keyOf(promptId, model);
        const said = outcomes.get(key) ?? { outcomes: [], costs: [] };
        said.outcomes.push(outcome);
        said.costs.push(costUsd);
        outcomes.set(key, said);
      }
    }
    const { answer, isRepeatable, model, inputTokens, outputTokens } = second ?? {};
    if (answer === undefined || model === undefined || isRepeatable !== true) continue;
    const key = keyOf(promptId, model);
    if (!texts.has(key)) texts.set(key, { text: answer, inputTokens, outputTokens });
  }
  const at = <T>(of: ReadonlyMap<string, T>, request: number, model: number): T | undefined => {
    const { id, instructions } = questions[request] ?? {};
    if (id === undefined || instructions !== undefined) return undefined;
    return of.get(keyOf(id, models[model] ?? ''));
  };
  return {
    known: (request, model) => {
      const said = at(outcomes, request, model);
      if (!said) return undefined;
      const costs = said.costs.filter((one) => one !== undefined);
      return {
        outcome: mean(said.outcomes),
        costUsd: costs.length === said.costs.length ? mean(costs) : undefined,
      };
    },
    kept: (request, model) => at(texts, request, model),
  };
}

function keyOf(promptId: string, model: string): string {
  return JSON.stringify([promptId, model]);
}
