import type { RouteDecision } from '@embedllm/router';
import { testStuck } from '@embedllm/router/sessions';
import { NO_TOKENS, type TokenUsage } from '../costs/token-usage.js';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import { isObject } from '../http/json-object.js';
import { chooseInSession } from './choose-in-session.js';
import type { QuestionSession } from './question-session.js';
import { isMidThought, seenOutcomes } from './seen-outcomes.js';
import { identifySession } from './session-identity.js';
import { NOTHING, readMemory, type SessionMemory } from './session-memory.js';
import { lastSteps, type Step } from './steps.js';
import { stuckAlpha } from './stuck-alpha.js';
import { cacheOf, prefixAfter, withPrefix } from './warm-prefix.js';

/** What of earlier requests decides about a routed one, and what of it is remembered for the next. */
export class Session {
  readonly #exchange: Exchange;
  readonly #request: ChatRequest;
  readonly #id: string;
  #memory: SessionMemory;
  /** What the request adds to the memory, whatever other requests add meanwhile. */
  #added: Partial<SessionMemory> = {};

  private constructor(exchange: Exchange, request: ChatRequest, id: string, memory: SessionMemory) {
    this.#exchange = exchange;
    this.#request = request;
    this.#id = id;
    this.#memory = memory;
  }

  /** The session that a request belongs to, with what is remembered of it; `undefined` where that does not matter. */
  static async of(exchange: Exchange, request: ChatRequest): Promise<Session | undefined> {
    const { headers, state, notes, toQuestion } = exchange;
    const { sticky, worthUsd, stuck } = state.configuration.routing.sessions;
    if (!sticky && worthUsd === undefined && !stuck && !toQuestion) return undefined;
    const id = await identifySession({ headers, request, client: notes.client });
    notes.session = id;
    // Where the store fails, the request is routed as the first of its session.
    const text = await state.sessions.find(id).catch(() => undefined);
    return new Session(exchange, request, id, readMemory(text) ?? NOTHING);
  }

  /** What a rule for its question may go by. */
  get known(): QuestionSession {
    const { calls, model } = this.#memory;
    return { id: this.#id, calls, model: model === '' ? undefined : model };
  }

  /** The decision of the policy as it holds within the session. */
  choose(routed: RouteDecision): RouteDecision {
    const { state, metrics, notes } = this.#exchange;
    const steps = lastSteps(this.#request);
    const { input, body } = this.#request;
    const tasks = tasksWith(this.#memory.tasks, steps, routed);
    const { decision, choice } = chooseInSession({
      decision: routed,
      memory: { ...this.#memory, tasks },
      state,
      estimate: input.likely,
      isMidThought: isMidThought(steps, isThinking(body.thinking)),
      stuckEvidence: this.#test(steps),
      now: Date.now(),
    });
    this.#added = { ...this.#added, tasks };
    if (choice === 'escalate') {
      const left = [...this.#memory.left, this.#memory.model];
      this.#added = { ...this.#added, left, stuck: undefined, isStuck: false };
    }
    notes.sessionChoice = choice;
    metrics.sessions.add({ choice });
    return decision;
  }

  /** A model answered, or began to. */
  async note(model: string, usage: TokenUsage | undefined): Promise<void> {
    const { sessions, configuration, facts, upstreams } = this.#exchange.state;
    const settings = configuration.models.get(model);
    const upstream = settings && upstreams.get(settings.upstream);
    if (!settings || !upstream) return;
    // Another request of the session may have been answered meanwhile.
    const text = await sessions.find(this.#id).catch(() => undefined);
    const before = readMemory(text) ?? this.#memory;
    const read = usage ?? { ...NO_TOKENS, input: this.#request.input.likely };
    const now = Date.now();
    // Where Messages reach a model as they are, or as Anthropic's package writes them, clients mark what is cached.
    const { protocol } = this.#request;
    const isMarked =
      upstream.configuration.provider === 'anthropic' ||
      (protocol.spoken === 'messages' && upstream.speaks(protocol));
    const { price } = facts.get(model) ?? {};
    const keepMs = upstream.configuration.promptCacheMs;
    const cache = cacheOf(settings);
    const prefix = prefixAfter({ read, isMarked, price, before: before.warm[cache], now, keepMs });
    const memory: SessionMemory = {
      ...before,
      ...this.#added,
      model,
      calls: before.calls + 1,
      lastEstimate: this.#request.input.likely,
      firstInput: before.calls === 0 ? read.input : before.firstInput,
      lastInput: read.input,
      written: before.written + (usage?.output ?? 0),
      warm: withPrefix(before.warm, cache, prefix, now),
      hourShare: prefix ? (prefix.hour?.tokens ?? 0) / prefix.tokens : before.hourShare,
    };
    await sessions.keep(this.#id, JSON.stringify(memory), configuration.routing.sessions);
  }

  /** The evidence that the session is stuck, where it is by what this request shows. */
  #test(steps: readonly Step[]): number | undefined {
    const { stuck } = this.#exchange.state.configuration.routing.sessions;
    const { seen, calls, stuck: before, isStuck } = this.#memory;
    const length = lengthOf(this.#request);
    if (!stuck || calls === 0) return undefined;
    // The same request again shows nothing new.
    const outcomes = length === seen ? [] : seenOutcomes(steps);
    const options = { alpha: stuckAlpha(stuck, this.#memory), healthy: stuck.healthy };
    const tested = testStuck(before, outcomes, options);
    this.#added = { seen: length, stuck: tested.state, isStuck: isStuck || tested.isStuck };
    for (const { kind, failed } of outcomes) {
      this.#exchange.metrics.sessionOutcomes.add({ kind, failed: String(failed) });
    }
    return this.#added.isStuck ? tested.evidence : undefined;
  }
}

/** Tasks that are remembered of a session. */
const MOST_TASKS = 8;

/** The tasks of a session, with the one that a request begins unless it only brings results of tools. */
function tasksWith(
  tasks: SessionMemory['tasks'],
  steps: readonly Step[],
  { candidates }: RouteDecision,
): SessionMemory['tasks'] {
  if (steps.at(-1)?.kind === 'result' && tasks.length > 0) return tasks;
  const task = candidates.map(({ model, probability }) => [model.name, probability] as const);
  return [...tasks, Object.fromEntries(task)].slice(-MOST_TASKS);
}

/** How many messages or items a request has. */
function lengthOf({ body, protocol }: ChatRequest): number {
  const list = body[protocol.input];
  return Array.isArray(list) ? list.length : 1;
}

function isThinking(thinking: unknown): boolean {
  return isObject(thinking) && (thinking.type === 'enabled' || thinking.type === 'adaptive');
}
