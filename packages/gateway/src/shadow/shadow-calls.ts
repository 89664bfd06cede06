import { Cancellation } from '../cancellation.js';
import type { ShadowAskSettings } from '../configuration/read-shadow.js';
import { mostInput } from '../costs/estimate-tokens.js';
import type { ModelFacts } from '../costs/model-facts.js';
import { highestCostOf, type ModelPrice, NANODOLLARS } from '../costs/model-price.js';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import { claimsOf } from '../limits/key-claims.js';
import type { LimitStore } from '../limits/limit-store.js';
import type { GatewayMetrics } from '../observe/gateway-metrics.js';
import type { Upstream } from '../upstream/upstream.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import { callInShadow } from './call-in-shadow.js';
import { shadowTokens } from './shadow-body.js';
import { fitsShadow } from './shadow-fit.js';
import { SHADOW } from './shadow-name.js';

/** What became of a call in shadow. `budget` says, once until there is room again, that there is none for another. */
export interface ShadowCall {
  /** The model that was asked. */
  readonly model: string;
  /** The request that a client made. */
  readonly requestId: string;
  /** The name of that client's key. */
  readonly client?: string | undefined;
  /** Whether it answered, failed, made room for a client, or there was no budget for it. */
  readonly result: 'answered' | 'failed' | 'given-up' | 'budget';
  readonly durationMs?: number | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** US dollars. */
  readonly costUsd?: number | undefined;
}

/** What calls in shadow work with. */
export interface ShadowCallsOptions {
  readonly store: LimitStore;
  readonly metrics: GatewayMetrics;
  /** Milliseconds from any origin. */
  readonly now: () => number;
  readonly onCall: (call: ShadowCall) => void;
  /** Called when the store fails. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Asks a second model what clients asked, once they have their answers. Nobody waits for it: a call takes a place
 * that no client wants, and is given up when one does. It is made once, spends a budget of its own, and says nothing
 * of its upstream to circuits; after one that failed, none is made until the upstream's `openMs` have passed.
 */
export class ShadowCalls {
  readonly #options: ShadowCallsOptions;
  readonly #running = new Set<Cancellation>();
  #restUntil = Number.NEGATIVE_INFINITY;
  #isSpent = false;
  #isStopped = false;

  constructor(options: ShadowCallsOptions) {
    this.#options = options;
  }

  /** Draws whether a request is asked in shadow, after its client has the answer. */
  consider(exchange: Exchange, request: ChatRequest): void {
    const settings = exchange.state.configuration.routing.shadow?.ask;
    if (!settings || this.#isStopped || exchange.random() >= settings.share) return;
    if (!fitsShadow(exchange, request, settings.model)) {
      this.#count(settings.model, 'unfit');
      return;
    }
    exchange.hold((status) => {
      const { model, isBrokenOff } = exchange.notes;
      const isAnswered = status === 200 && model !== undefined && isBrokenOff !== true;
      if (!isAnswered || model === settings.model) return;
      // What the client still has to get goes first.
      setTimeout(() => void this.#ask(exchange, request, settings), 0);
    });
  }

  /** Gives up what runs; nothing is asked any more. */
  stop(): void {
    this.#isStopped = true;
    for (const cancellation of this.#running) cancellation.abort();
  }

  async #ask(exchange: Exchange, request: ChatRequest, settings: ShadowAskSettings): Promise<void> {
    const { now } = this.#options;
    const { state, requestId } = exchange;
    const { model: name } = settings;
    const model = state.configuration.models.get(name);
    const upstream = state.upstreams.get(model?.upstream ?? '');
    const facts = state.facts.get(name);
    if (this.#isStopped || !model || !upstream || !facts?.price) return;
    const cancellation = new Cancellation();
    const release = this.#admit(upstream, settings, cancellation);
    if (!release) return;
    const start = now();
    const { client } = exchange.notes;
    let spent: Pick<ShadowCall, 'inputTokens' | 'outputTokens' | 'costUsd'> = {};
    const say = (result: ShadowCall['result']): void => {
      this.#count(name, result);
      const durationMs = now() - start;
      this.#options.onCall({ model: name, requestId, client, result, durationMs, ...spent });
    };
    try {
      const settle = await this.#reserve(request, settings, { ...facts, price: facts.price });
      if (!settle) {
        this.#count(name, 'budget');
        if (!this.#isSpent) {
          this.#options.onCall({ model: name, requestId, client, result: 'budget' });
        }
        this.#isSpent = true;
        return;
      }
      this.#isSpent = false;
      await callInShadow({
        ...{ exchange, request, settings, model, upstream, cancellation },
        price: facts.price,
        onSettled: ({ input: inputTokens, output: outputTokens, cost }) => {
          spent = { inputTokens, outputTokens, costUsd: cost / NANODOLLARS };
          settle(cost);
        },
      });
      say('answered');
    } catch (error) {
      if (cancellation.aborted) return say('given-up');
      const { retryAfterMs = 0 } = error instanceof UpstreamFailure ? error : {};
      const { openMs } = upstream.configuration.breaker;
      this.#restUntil = now() + Math.max(openMs, retryAfterMs);
      say('failed');
    } finally {
      release();
    }
  }

  /** A place for a call, which is given up when a client wants it; `undefined` where there is none. */
  #admit(
    upstream: Upstream,
    { model, concurrency }: ShadowAskSettings,
    cancellation: Cancellation,
  ): (() => void) | undefined {
    const isResting = this.#options.now() < this.#restUntil || upstream.restMs(model) > 0;
    if (isResting || upstream.breaker(model).state !== 'closed') {
      this.#count(model, 'unavailable');
      return undefined;
    }
    const place =
      this.#running.size < concurrency && upstream.limit.waiting === 0
        ? upstream.limit.borrow(() => cancellation.abort())
        : undefined;
    if (!place) {
      this.#count(model, 'busy');
      return undefined;
    }
    this.#running.add(cancellation);
    return () => {
      this.#running.delete(cancellation);
      place();
    };
  }

  /** Sets aside the most that a call can cost. @returns what settles it; `undefined` where there is no room. */
  async #reserve(
    request: ChatRequest,
    { dollars }: ShadowAskSettings,
    { price, contextLength, maxOutputTokens }: ModelFacts & { readonly price: ModelPrice },
  ): Promise<((nanodollars: number) => void) | undefined> {
    const { store, onFailure } = this.#options;
    const output = shadowTokens(request, { maxOutputTokens });
    const amount = highestCostOf(price, { input: mostInput(request.input, contextLength), output });
    const claims = claimsOf(SHADOW, { ...NONE, dollars }).map(({ resource: _, ...claim }) => ({
      ...claim,
      amount,
    }));
    const id = crypto.randomUUID();
    try {
      const { isReserved } = await store.reserve({ id, claims });
      if (!isReserved) return undefined;
    } catch (error) {
      // What cannot be counted is not spent.
      onFailure(error);
      return undefined;
    }
    return (nanodollars) => {
      store.settle({ id, amounts: claims.map(() => nanodollars) }).catch(onFailure);
    };
  }

  #count(model: string, result: ShadowCall['result'] | 'unfit' | 'unavailable' | 'busy'): void {
    this.#options.metrics.shadowCalls.add({ model, result });
  }
}

const NONE = {
  ...{ requests: {}, tokens: {}, inputTokens: {}, outputTokens: {}, dollars: {} },
  ...{ maxChoices: undefined, maxOutputTokens: undefined, maxInputTokens: undefined },
  concurrency: undefined,
} as const;
