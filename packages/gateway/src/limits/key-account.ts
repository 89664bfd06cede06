import type { ClientKey } from '../configuration/client-key.js';
import { mostInput } from '../costs/estimate-tokens.js';
import type { ModelFacts } from '../costs/model-facts.js';
import { highestCostOf } from '../costs/model-price.js';
import type { CallSpending } from '../costs/token-usage.js';
import { ApiError } from '../http/api-error.js';
import type { ModelRequest } from '../http/model-request.js';
import { claimsOf, isMetered, type KeyClaim } from './key-claims.js';
import { type LimitStand, limitRefusal, remainingOf } from './limit-refusal.js';
import type { LimitStore } from './limit-store.js';
import { mostOutput } from './output-bound.js';
import { rateLimitHeaders } from './rate-limit-headers.js';

/** What a call may take at the most, in the units of the counters. */
type Amounts = Readonly<Record<KeyClaim['resource'], number>>;

/** What an account works with. */
export interface KeyAccountOptions {
  readonly key: ClientKey;
  readonly store: LimitStore;
  /** Called when the store fails. */
  readonly onFailure: (error: unknown) => void;
}

/** Sets aside what a request may use of a key's limits, and settles what it did use. */
export class KeyAccount {
  readonly key: ClientKey;
  /** Answers have to be bounded, and streams to be counted. */
  readonly isMetered: boolean;
  readonly #store: LimitStore;
  readonly #onFailure: (error: unknown) => void;
  readonly #claims: readonly KeyClaim[];
  readonly #stands = new Map<string, LimitStand>();

  constructor({ key, store, onFailure }: KeyAccountOptions) {
    this.key = key;
    this.isMetered = isMetered(key.limits);
    this.#store = store;
    this.#onFailure = onFailure;
    this.#claims = claimsOf(key.name, key.limits);
  }

  /** The key's limits as the client may know them, as of the last look at them. */
  headers(): Record<string, string> {
    return rateLimitHeaders([...this.#stands.values()]);
  }

  /** @throws ApiError 429 when the key has had all its requests. */
  async countRequest(): Promise<void> {
    const claims = this.#claims.filter(({ resource }) => resource === 'requests');
    if (claims.length === 0) return;
    const amounts = claims.map(() => 1);
    const id = await this.#reserve(claims, amounts);
    this.#settle(id, amounts);
  }

  /**
   * Sets aside the most that a call of a model can take, for one attempt.
   *
   * @param models - What is known of it; of several models, a call of each is set aside at once.
   * @returns a function that settles it, to be called once.
   * @throws ApiError 402, 429 or 400 naming the limit that does not allow it.
   */
  async reserveCall(
    request: ModelRequest,
    ...models: readonly ModelFacts[]
  ): Promise<(spending: CallSpending | undefined) => void> {
    if (!this.isMetered) return () => undefined;
    const claims = this.#claims.filter(({ resource }) => resource !== 'requests');
    const most = models.map((facts) => this.#mostOf(request, facts));
    const id = await this.#reserve(
      claims,
      claims.map(({ resource }) => most.reduce((sum, amounts) => sum + amounts[resource], 0)),
    );
    return (spending) => {
      const { input = 0, output = 0, cost = 0 } = spending ?? {};
      const spent: Amounts = {
        requests: 0,
        tokens: input + output,
        inputTokens: input,
        outputTokens: output,
        dollars: cost,
      };
      this.#settle(
        id,
        claims.map(({ resource }) => spent[resource]),
      );
    };
  }

  /**
   * The models whose calls the budget still covers.
   *
   * @throws ApiError 402 or 429 where it covers none.
   */
  async affordable(
    models: readonly string[],
    request: ModelRequest,
    facts: ReadonlyMap<string, ModelFacts>,
  ): Promise<readonly string[]> {
    const claims = this.#claims.filter(({ resource }) => resource === 'dollars');
    if (claims.length === 0 || models.length === 0) return models;
    const costs = models.map((model) => {
      const known = facts.get(model);
      return known ? this.#mostOf(request, known).dollars : Number.POSITIVE_INFINITY;
    });
    const cheapest = Math.min(...costs);
    const stands = await this.#look(
      claims,
      claims.map(() => cheapest),
    );
    const spent = stands.find((stand) => remainingOf(stand) < cheapest);
    if (spent) throw limitRefusal(this.key.name, spent);
    const left = Math.min(...stands.map(remainingOf));
    return models.filter((_, index) => (costs[index] ?? 0) <= left);
  }

  #mostOf(request: ModelRequest, facts: ModelFacts): Amounts {
    const { price, contextLength } = facts;
    const output = mostOutput(request, this.key, facts) ?? 0;
    const input = mostInput(request.input, contextLength);
    return {
      requests: 1,
      tokens: request.input.likely + output,
      inputTokens: request.input.likely,
      outputTokens: output,
      dollars: price === undefined ? 0 : highestCostOf(price, { input, output }),
    };
  }

  /** @returns the id of the reservation. */
  async #reserve(claims: readonly KeyClaim[], amounts: readonly number[]): Promise<string> {
    const id = crypto.randomUUID();
    const asked = claims.map((claim, index) => ({ ...claim, amount: amounts[index] ?? 0 }));
    const { isReserved, counts } = await this.#store
      .reserve({ id, claims: asked.map(({ resource: _, ...claim }) => claim) })
      .catch((error: unknown) => this.#fail(error));
    const stands = asked.map(
      (claim, index): LimitStand => ({ ...claim, ...standing(counts[index]) }),
    );
    this.#note(stands);
    if (isReserved) return id;
    // Of several that are exceeded, the one that lasts longest.
    const exceeded = stands.filter((stand) => remainingOf(stand) < stand.amount);
    throw limitRefusal(this.key.name, exceeded.at(-1) ?? (stands[0] as LimitStand));
  }

  async #look(claims: readonly KeyClaim[], amounts: readonly number[]): Promise<LimitStand[]> {
    const counts = await this.#store.read(claims).catch((error: unknown) => this.#fail(error));
    const stands = claims.map(
      (claim, index): LimitStand => ({
        ...claim,
        ...standing(counts[index]),
        amount: amounts[index] ?? 0,
      }),
    );
    this.#note(stands);
    return stands;
  }

  #note(stands: readonly LimitStand[]): void {
    for (const stand of stands) this.#stands.set(`${stand.resource} ${stand.window}`, stand);
  }

  #settle(id: string, amounts: readonly number[]): void {
    this.#store.settle({ id, amounts }).catch(this.#onFailure);
  }

  /** What cannot be counted is not allowed. */
  #fail(error: unknown): never {
    this.#onFailure(error);
    throw new ApiError(503, 'The limits of the key cannot be tracked at the moment.', {
      code: 'limits_unavailable',
      retryAfterMs: 1000,
    });
  }
}

function standing(count: Partial<LimitStand> | undefined) {
  return { used: count?.used ?? 0, reserved: count?.reserved ?? 0, resetMs: count?.resetMs ?? 0 };
}
