import type { ShadowCall } from '../shadow/shadow-calls.js';
import { SHADOW } from '../shadow/shadow-name.js';
import type { AskedModel, RequestLog, RequestNotes } from './request-log.js';

/** What requests of one key to one model came to since the start. */
export interface Spending {
  readonly key: string;
  readonly model: string;
  requests: number;
  failures: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  savedUsd: number;
  /** Requests whose cost is not known, for lack of a price. */
  unpriced: number;
}

/** A request that has been answered, and how it was decided. Holds no text. */
export interface RecentRequest {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly log: Omit<RequestLog, 'error'>;
  readonly candidates: readonly {
    readonly model: string;
    readonly probability: number;
    readonly expectedCostUsd?: number | undefined;
  }[];
}

/** Requests that ended in a span of time. */
export interface TrafficBucket {
  requests: number;
  failures: number;
}

/** Requests that the page shows. */
export const MAX_RECENT = 50;
const BUCKETS = 60;
/** Keys and models come from the configuration, but it may be replaced for ever. */
const MAX_SPENDING = 2000;
/** Span of a bucket. */
export const BUCKET_MS = 5000;

/** Remembers the last minutes of traffic and what it came to, for the page of the operator. */
export class Activity {
  readonly startedAt: number = Date.now();
  readonly #spending = new Map<string, Spending>();
  readonly #failedCalls = new Map<string, number>();
  readonly #recent: RecentRequest[] = [];
  readonly #buckets = new Map<number, TrafficBucket>();

  note(log: RequestLog, { decision }: Pick<RequestNotes, 'decision'>): void {
    if (log.asked === undefined && log.route !== '/v1/chat/completions') return;
    const at = Date.now();
    const isFailure = log.status >= 500 || log.status === 429;
    this.#count(at, isFailure);
    const { cascade } = log;
    if (cascade && cascade.calls.length > 0) this.#spendOnCascade(log, cascade.calls);
    else this.#spend(log, isFailure);
    for (const { model, reason } of log.failures ?? []) {
      // Such a call was not made.
      if (reason === 'circuit-open') continue;
      this.#failedCalls.set(model, this.failedCalls(model) + 1);
    }
    const { error: _, ...kept } = log;
    const candidates = decision?.candidates.slice(0, 5) ?? [];
    this.#remember({
      at,
      log: kept,
      candidates: candidates.map(({ model, ...candidate }) => ({
        model: model.name,
        ...candidate,
      })),
    });
  }

  /** A call that no client made: it counts as spending and is shown, but not as traffic. */
  noteShadow({ result, requestId, client, ...call }: ShadowCall): void {
    if (result === 'budget') return;
    const { model, durationMs = 0, inputTokens = 0, outputTokens = 0, costUsd } = call;
    const log = {
      ...{ requestId: `${requestId}-shadow`, shadowOf: requestId, model },
      ...{ method: 'POST', route: '', status: RESULT_STATUS[result], attempts: 1 },
      ...{ durationMs, inputTokens, outputTokens, costUsd },
    };
    this.#spend({ ...log, client: SHADOW }, result === 'failed');
    this.#remember({ at: Date.now(), log: { ...log, client }, candidates: [] });
  }

  /** Calls of a model since the start that gave no answer. */
  failedCalls(model: string): number {
    return this.#failedCalls.get(model) ?? 0;
  }

  /** Newest first. */
  get recent(): readonly RecentRequest[] {
    return [...this.#recent].reverse();
  }

  get spending(): readonly Spending[] {
    return [...this.#spending.values()];
  }

  /** The last five minutes, oldest first; the last one is not over yet. */
  get traffic(): readonly TrafficBucket[] {
    const now = Math.floor(Date.now() / BUCKET_MS);
    return Array.from(
      { length: BUCKETS },
      (_, index) => this.#buckets.get(now - BUCKETS + 1 + index) ?? { requests: 0, failures: 0 },
    );
  }

  #remember(request: RecentRequest): void {
    this.#recent.push(request);
    if (this.#recent.length > MAX_RECENT) this.#recent.shift();
  }

  /** Each model that was asked, with what it cost; what was saved counts for the one that answered. */
  #spendOnCascade(log: RequestLog, calls: readonly AskedModel[]): void {
    for (const { outcome, ...call } of calls) {
      const { requestId, method, route, status, durationMs, client } = log;
      const request = { requestId, method, route, status, durationMs, client };
      const savedUsd = call.model === log.model ? log.savedUsd : undefined;
      this.#spend({ ...request, ...call, savedUsd }, outcome === 'failed');
    }
  }

  #count(at: number, isFailure: boolean): void {
    const bucket = Math.floor(at / BUCKET_MS);
    const counts = this.#buckets.get(bucket) ?? { requests: 0, failures: 0 };
    counts.requests++;
    if (isFailure) counts.failures++;
    this.#buckets.set(bucket, counts);
    for (const old of this.#buckets.keys()) {
      if (old > bucket - BUCKETS) break;
      this.#buckets.delete(old);
    }
  }

  #spend(log: RequestLog, isFailure: boolean): void {
    const { client: key = '', model = log.chosen ?? log.asked ?? '' } = log;
    const name = JSON.stringify([key, model]);
    let spent = this.#spending.get(name);
    if (!spent) {
      if (this.#spending.size >= MAX_SPENDING) return;
      spent = { key, model, requests: 0, failures: 0, ...NOTHING };
      this.#spending.set(name, spent);
    }
    spent.requests++;
    if (isFailure) spent.failures++;
    spent.inputTokens += log.inputTokens ?? 0;
    spent.outputTokens += log.outputTokens ?? 0;
    spent.costUsd += log.costUsd ?? 0;
    spent.savedUsd += log.savedUsd ?? 0;
    if (log.inputTokens !== undefined && log.costUsd === undefined) spent.unpriced++;
  }
}

/** Statuses that say what became of a call that no client made. */
const RESULT_STATUS = { answered: 200, failed: 502, 'given-up': 499 } as const;
const NOTHING = { inputTokens: 0, outputTokens: 0, costUsd: 0, savedUsd: 0, unpriced: 0 };
