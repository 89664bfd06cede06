import type { RouteDecision } from '@embedllm/router';
import type { Exchange } from '../exchange.js';
import { ApiError } from '../http/api-error.js';
import type { ChatRequest } from '../http/chat-request.js';
import { checkModel } from '../limits/check-request.js';
import { canTake } from '../list-models.js';
import { identifySession } from './session-identity.js';

/** What of earlier requests decides about a routed one. */
export class Session {
  readonly #exchange: Exchange;
  /** `undefined` where sessions do not stay with a model. */
  readonly #id: string | undefined;

  private constructor(exchange: Exchange, id: string | undefined) {
    this.#exchange = exchange;
    this.#id = id;
  }

  /** Finds out which session a request belongs to, where that matters. */
  static async of(exchange: Exchange, request: ChatRequest): Promise<Session> {
    const { raw, state, notes } = exchange;
    if (!state.configuration.routing.sessions.sticky) return new Session(exchange, undefined);
    const { headers } = raw;
    const id = await identifySession({ headers, request, client: notes.client });
    notes.session = id;
    return new Session(exchange, id);
  }

  /**
   * The model that gave the answer which a request continues; only its upstream has kept it. Where there is one
   * upstream alone, any of its models will do.
   *
   * @throws ApiError 400 where it is not known which upstream that is.
   */
  async continued({ body, protocol }: ChatRequest): Promise<string | undefined> {
    const { previous_response_id: id } = body;
    if (typeof id !== 'string') return undefined;
    const { state, account } = this.#exchange;
    const model = await state.sessions.find(answerName(this.#exchange, id));
    if (model !== undefined && state.configuration.models.has(model)) {
      if (account) checkModel(account.key, model, false);
      return model;
    }
    const speaking = state.routable.flatMap((name) =>
      canTake(state, name, protocol, true) ? [state.configuration.models.get(name)?.upstream] : [],
    );
    if (new Set(speaking).size <= 1) return undefined;
    throw new ApiError(
      400,
      'The gateway does not know who gave this answer. Name the model, or send the conversation itself.',
      { code: 'unknown_previous_response', param: 'previous_response_id' },
    );
  }

  /** The decision, or the same for the model that the session has, while the policy has it among the candidates. */
  async stay(decision: RouteDecision): Promise<RouteDecision> {
    if (this.#id === undefined) return decision;
    const { state } = this.#exchange;
    // Where the store fails, the request is routed as the first of its session.
    const model = await state.sessions.find(this.#id).catch(() => undefined);
    const had = decision.candidates.find((candidate) => candidate.model.name === model);
    if (!had || had.model.name === decision.model.name) return decision;
    const others = decision.candidates.filter((candidate) => candidate !== had);
    const { propensity: _, explored: __, ...rest } = decision;
    return {
      ...rest,
      ...had,
      candidates: [had, ...others],
      reason: `The session stays with ${had.model.name}; ${decision.model.name} would begin without its cache.`,
    };
  }

  /** The model answered. */
  async keep(model: string): Promise<void> {
    if (this.#id === undefined) return;
    const { sessions, configuration } = this.#exchange.state;
    await sessions.keep(this.#id, model, configuration.routing.sessions);
  }
}

/** Keeps who gave an answer that its upstream has kept under an id. */
export async function keepAnswer(exchange: Exchange, id: string, model: string): Promise<void> {
  const { sessions, configuration } = exchange.state;
  await sessions.keep(answerName(exchange, id), model, configuration.routing.sessions);
}

function answerName({ notes }: Exchange, id: string): string {
  return JSON.stringify(['answer', notes.client ?? '', id]);
}
