import type { RouteDecision } from '@embedllm/router';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import type { QuestionSession } from './question-session.js';
import { identifySession } from './session-identity.js';
import { readMemory, type SessionMemory } from './session-memory.js';

/** What of earlier requests decides about a routed one. */
export class Session {
  readonly #exchange: Exchange;
  readonly #id: string;
  readonly #memory: SessionMemory | undefined;

  private constructor(exchange: Exchange, id: string, memory: SessionMemory | undefined) {
    this.#exchange = exchange;
    this.#id = id;
    this.#memory = memory;
  }

  /** The session that a request belongs to, with what is remembered of it; `undefined` where that does not matter. */
  static async of(exchange: Exchange, request: ChatRequest): Promise<Session | undefined> {
    const { headers, state, notes, toQuestion } = exchange;
    if (!state.configuration.routing.sessions.sticky && !toQuestion) return undefined;
    const id = await identifySession({ headers, request, client: notes.client });
    notes.session = id;
    // Where the store fails, the request is routed as the first of its session.
    const text = await state.sessions.find(id).catch(() => undefined);
    return new Session(exchange, id, readMemory(text));
  }

  /** What a rule for its question may go by. */
  get known(): QuestionSession {
    const { calls = 0, model } = this.#memory ?? {};
    return { id: this.#id, calls, model };
  }

  /** The decision, or the same for the model that the session has, while the policy has it among the candidates. */
  stay(decision: RouteDecision): RouteDecision {
    const model = this.#memory?.model;
    if (!this.#exchange.state.configuration.routing.sessions.sticky) return decision;
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
    const { sessions, configuration } = this.#exchange.state;
    // Another request of the session may have been answered meanwhile.
    const text = await sessions.find(this.#id).catch(() => undefined);
    const { calls } = readMemory(text) ?? { calls: 0 };
    const memory: SessionMemory = { model, calls: calls + 1 };
    await sessions.keep(this.#id, JSON.stringify(memory), configuration.routing.sessions);
  }
}
