import type { RouteCandidate, RouteDecision } from '@embedllm/router';
import { type SessionCandidate, weighSwitch } from '@embedllm/router/sessions';
import type { GatewayState } from '../gateway-state.js';
import type { SessionChoice } from './session-choice.js';
import type { SessionMemory } from './session-memory.js';
import { cacheOf, warmTokens } from './warm-prefix.js';

/** A decision within a session. */
export interface SessionDecision {
  readonly decision: RouteDecision;
  readonly choice: SessionChoice;
}

/** What a choice within a session goes by. */
export interface ChoosingOptions {
  readonly decision: RouteDecision;
  readonly memory: SessionMemory;
  readonly state: Pick<GatewayState, 'configuration' | 'facts'>;
  /** Tokens that the request likely has. */
  readonly estimate: number;
  /** The request brings results of calls that the model has thought about. */
  readonly isMidThought: boolean;
  /** The evidence that the session is stuck, where it is. */
  readonly stuckEvidence: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The decision of the policy as it holds within a session. Of the candidates, models that were stuck in it come
 * last. Between a call and its results a model that has thought stays. A stuck session goes to the likeliest model
 * that is likelier to succeed than its own. A sticky one stays. Otherwise it is weighed whether a change pays.
 */
export function chooseInSession(options: ChoosingOptions): SessionDecision {
  const { memory, state, isMidThought, stuckEvidence } = options;
  const { sticky, worthUsd } = state.configuration.routing.sessions;
  const decision = withoutLeft(options.decision, memory.left);
  const { candidates } = decision;
  const had = options.decision.candidates.find(({ model }) => model.name === memory.model);
  if (!had) return { decision, choice: memory.calls === 0 ? 'begin' : 'route' };
  const { name } = had.model;
  if (isMidThought) {
    const reason = `The session stays with ${name} between a tool call and its results, because the model has reasoned about the call.`;
    return { decision: led(decision, had, reason), choice: 'stay' };
  }
  if (stuckEvidence !== undefined) {
    const stronger = strongest(candidates.filter((one) => one.probability > had.probability));
    const shown = `The session is stuck with ${name} (evidence ${Number(stuckEvidence.toPrecision(3))})`;
    if (!stronger) {
      const reason = `${shown}, but no candidate is more likely to succeed.`;
      return { decision: led(decision, had, reason), choice: 'stay' };
    }
    const reason = `${shown}: ${stronger.model.name} takes over.`;
    return { decision: led(decision, stronger, reason), choice: 'escalate' };
  }
  if (memory.left.includes(name)) return { decision, choice: 'route' };
  if (sticky) {
    const other = decision.model.name;
    if (other === name) return { decision, choice: 'stay' };
    const reason = `The session stays with ${name}; ${other} would start without its cache.`;
    return { decision: led(decision, had, reason), choice: 'stay' };
  }
  return worthUsd === undefined
    ? { decision, choice: 'route' }
    : weigh(options, decision, worthUsd);
}

/** Whether the choice of the policy, or a model whose cache is warm, is worth what a change costs. */
function weigh(
  { memory, state, estimate, now }: ChoosingOptions,
  decision: RouteDecision,
  worthUsd: number,
): SessionDecision {
  const { configuration, facts } = state;
  const { furtherCalls = memory.calls } = configuration.routing.sessions;
  const { calls, firstInput, lastInput, lastEstimate, written, hourShare } = memory;
  // By as much as the last estimate was wrong.
  const inputTokens = lastEstimate > 0 ? (estimate * lastInput) / lastEstimate : estimate;
  const weighed = decision.candidates.flatMap(({ model, probability }): SessionCandidate[] => {
    const settings = configuration.models.get(model.name);
    const price = facts.get(model.name)?.price;
    if (!settings || !price) return [];
    const warm = warmTokens(memory, cacheOf(settings), estimate, now);
    const isAsked = model.name === memory.model || model.name === decision.model.name || warm > 0;
    if (!isAsked) return [];
    const cacheWrite = (1 - hourShare) * price.cacheWrite + hourShare * price.cacheWriteHour;
    return [
      {
        name: model.name,
        probability,
        price: { ...price, cacheWrite },
        warmTokens: warm,
        outputTokens: written / Math.max(1, calls),
        // A task that the model was not a candidate for counts as one like this.
        laterProbabilities: memory.tasks.map((task) => task[model.name] ?? probability),
      },
    ];
  });
  const { model, isSwitch, reason } = weighSwitch({
    candidates: weighed,
    current: memory.model,
    inputTokens,
    growthTokens: calls > 1 ? Math.max(0, (lastInput - firstInput) / (calls - 1)) : 0,
    furtherCalls,
    worthUsd,
  });
  const chosen = decision.candidates.find((one) => one.model.name === model);
  const isAlone = weighed.length === 1;
  if (!chosen || (isAlone && model === decision.model.name)) return { decision, choice: 'stay' };
  return { decision: led(decision, chosen, reason), choice: isSwitch ? 'switch' : 'stay' };
}

/** The decision with another candidate first. It was not drawn, so that it has no propensity. */
function led(decision: RouteDecision, first: RouteCandidate, reason: string): RouteDecision {
  const { propensity: _, explored: __, expectedCostUsd: ___, ...rest } = decision;
  const others = decision.candidates.filter(({ model }) => model.name !== first.model.name);
  return { ...rest, ...first, candidates: [first, ...others], reason };
}

function withoutLeft(decision: RouteDecision, left: readonly string[]): RouteDecision {
  const { candidates } = decision;
  const [first, ...others] = candidates.filter(({ model }) => !left.includes(model.name));
  if (!first || others.length + 1 === candidates.length) return decision;
  const last = candidates.filter(({ model }) => left.includes(model.name));
  const ordered = { ...decision, candidates: [first, ...others, ...last] };
  if (first.model.name === decision.model.name) return ordered;
  return led(
    ordered,
    first,
    `${decision.reason} The session was stuck with it; ${first.model.name} is next.`,
  );
}

function strongest(candidates: readonly RouteCandidate[]): RouteCandidate | undefined {
  return [...candidates].sort((a, b) => b.probability - a.probability)[0];
}
