import type { GatewayMetrics } from './gateway-metrics.js';
import type { GatewaySpan } from './telemetry.js';

/** One answered request, for an access log. Holds no text of a question or an answer. */
export interface RequestLog {
  readonly requestId: string;
  /** The name of the client's key. */
  readonly client: string | undefined;
  readonly method: string;
  readonly route: string;
  /** 499 where the client went away. */
  readonly status: number;
  readonly durationMs: number;
  /** The model that answered. */
  readonly model: string | undefined;
  readonly attempts: number | undefined;
  /** What went wrong inside the gateway, for status 500. */
  readonly error?: unknown;
}

/** What becomes known of a request on its way. */
export interface RequestNotes {
  client?: string | undefined;
  model?: string | undefined;
  attempts?: number | undefined;
  error?: unknown;
}

/** Measures a request until the last byte of its answer. */
export class RequestRecord {
  readonly notes: RequestNotes = {};
  readonly #method: string;
  readonly #route: string;
  readonly #requestId: string;
  readonly #metrics: GatewayMetrics;
  readonly #span: GatewaySpan;
  readonly #now: () => number;
  readonly #start: number;
  readonly #onEnd: (log: RequestLog) => void;
  #isEnded = false;

  constructor(options: {
    readonly method: string;
    readonly route: string;
    readonly requestId: string;
    readonly metrics: GatewayMetrics;
    readonly span: GatewaySpan;
    readonly now: () => number;
    readonly onEnd: (log: RequestLog) => void;
  }) {
    this.#method = options.method;
    this.#route = options.route;
    this.#requestId = options.requestId;
    this.#metrics = options.metrics;
    this.#span = options.span;
    this.#now = options.now;
    this.#start = options.now();
    this.#onEnd = options.onEnd;
  }

  /** The first token of a stream is on its way to the client. */
  firstToken(): void {
    this.#metrics.firstToken.observe({}, (this.#now() - this.#start) / 1000);
  }

  end(status: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const durationMs = this.#now() - this.#start;
    const { client, model, attempts, error } = this.notes;
    const labels = { route: this.#route, status: String(status) };
    this.#metrics.requests.add(labels);
    this.#metrics.duration.observe({ route: this.#route }, durationMs / 1000);
    this.#span.set({
      'http.response.status_code': status,
      ...(model === undefined ? {} : { 'embedllm.model': model }),
      ...(attempts === undefined ? {} : { 'embedllm.attempts': attempts }),
    });
    this.#span.end(status >= 500 ? `status ${status}` : undefined);
    this.#onEnd({
      requestId: this.#requestId,
      client,
      method: this.#method,
      route: this.#route,
      status,
      durationMs,
      model,
      attempts,
      ...(error === undefined ? {} : { error }),
    });
  }
}
