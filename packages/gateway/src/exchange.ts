import type { RouteDecision, RouteOptions } from '@embedllm/router';
import type { Cancellation } from './cancellation.js';
import type { CallSpending } from './costs/token-usage.js';
import type { GatewayState } from './gateway-state.js';
import type { BodySource } from './http/body-source.js';
import type { ChatRequest } from './http/chat-request.js';
import type { RequestHeaders } from './http/request-headers.js';
import type { Held } from './limits/held-bytes.js';
import type { KeyAccount } from './limits/key-account.js';
import { addSpending } from './observe/add-spending.js';
import type { DecisionLog } from './observe/decision-log.js';
import type { GatewayMetrics } from './observe/gateway-metrics.js';
import type { RequestLog, RequestNotes, RequestSpending } from './observe/request-log.js';
import type { GatewaySpan } from './observe/telemetry.js';
import type { AnswerOutcome } from './outcomes/outcome.js';
import type { Protocol } from './protocol/protocol.js';
import type { KeptSession, ToSessionQuestion } from './session/question-session.js';

/** Status of an answer whose client went away before it was complete (nginx's own). */
export const CLIENT_GONE = 499;

/** What an exchange begins with. */
export interface ExchangeOptions {
  readonly raw: Request;
  readonly headers: RequestHeaders;
  /** The class of responses that the runtime writes best. */
  readonly Response: typeof Response;
  readonly body: BodySource;
  /** The protocol of the route, in which errors are written. */
  readonly protocol: Protocol;
  /** The route's pattern, for metrics. */
  readonly route: string;
  readonly requestId: string;
  readonly state: GatewayState;
  /** Aborted when the client goes away or the gateway stops. */
  readonly signal: Cancellation;
  readonly span: GatewaySpan;
  readonly metrics: GatewayMetrics;
  readonly routing: Omit<RouteOptions, 'signal' | 'onProgress' | 'top' | 'models'> | undefined;
  /** Uniform over [0, 1). */
  readonly random: () => number;
  /** Milliseconds from any origin. */
  readonly now: () => number;
  /** Called once, when the answer is complete or its client has gone. */
  readonly onSettled: (log: RequestLog, notes: RequestNotes) => void;
  readonly decisionLog: DecisionLog | undefined;
  /** Called with how good an answer was, as a trusted key says it. */
  readonly onOutcome: (outcome: AnswerOutcome) => Promise<void>;
  readonly toQuestion: ToSessionQuestion | undefined;
  /** Called with every routed request before it is answered, for a second model may be asked as well. */
  readonly onRouted: (exchange: Exchange, request: ChatRequest) => void;
  /** Called where it is one of the calls of another exchange, when that call is over. */
  readonly onPartSettled?: ((status: number) => void) | undefined;
}

/** A request and its answer, from the first byte of the one to the last byte of the other. */
export class Exchange {
  readonly raw: Request;
  readonly headers: RequestHeaders;
  readonly Response: typeof Response;
  readonly body: BodySource;
  readonly protocol: Protocol;
  readonly requestId: string;
  readonly state: GatewayState;
  readonly signal: Cancellation;
  readonly span: GatewaySpan;
  readonly metrics: GatewayMetrics;
  readonly routing: ExchangeOptions['routing'];
  readonly decisionLog: DecisionLog | undefined;
  readonly onOutcome: ExchangeOptions['onOutcome'];
  readonly toQuestion: ToSessionQuestion | undefined;
  readonly random: () => number;
  readonly now: () => number;
  readonly notes: RequestNotes = { failures: [] };
  /** The limits of the client's key, once it is known. */
  account: KeyAccount | undefined;
  /** The session of a routed request, where sessions are told apart. */
  session: KeptSession | undefined;
  /** Calls of upstreams that were made. */
  attempts = 0;
  /** What is set aside for the first call of a model. */
  readonly reserved: Map<string, (spending: CallSpending | undefined) => void> = new Map();
  /** The answer is a stream, which settles the exchange when it is over. */
  isStreamed = false;
  /** A response that has the headers of the gateway's own already. */
  headed: Response | undefined;
  readonly #options: ExchangeOptions;
  readonly #start: number;
  readonly #places: ((status: number) => void)[] = [];
  #firstByteMs: number | undefined;
  #status: number | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.raw = options.raw;
    this.headers = options.headers;
    this.Response = options.Response;
    this.body = options.body;
    this.protocol = options.protocol;
    this.requestId = options.requestId;
    this.state = options.state;
    this.signal = options.signal;
    this.span = options.span;
    this.metrics = options.metrics;
    this.routing = options.routing;
    this.decisionLog = options.decisionLog;
    this.onOutcome = options.onOutcome;
    this.toQuestion = options.toQuestion;
    this.random = options.random;
    this.now = options.now;
    this.#start = options.now();
  }

  /** The request goes where the router says. */
  noteRouted(request: ChatRequest): void {
    this.#options.onRouted(this, request);
  }

  /** Another exchange about the same request, of which no client hears. */
  behind(requestId: string, signal: Cancellation): Exchange {
    return new Exchange({ ...this.#options, requestId, signal, onSettled: () => undefined });
  }

  /** One of several calls for this request: it takes what is set aside here, and its end is not that of the request. */
  part(signal: Cancellation, onPartSettled: (status: number) => void): Exchange {
    const part = new Exchange({ ...this.#options, signal, onPartSettled });
    part.account = this.account;
    part.notes.client = this.notes.client;
    part.notes.address = this.notes.address;
    for (const [model, settle] of this.reserved) part.reserved.set(model, settle);
    return part;
  }

  get turns(): GatewayState['turns'] {
    return this.state.turns;
  }

  /** Gives up what is done for the request. */
  abort(reason: Error): void {
    this.signal.abort(reason);
  }

  /** What every answer says besides what its upstream does. */
  ownHeaders(): Record<string, string> {
    return { ...this.account?.headers(), 'x-request-id': this.requestId };
  }

  /** Waits until so many bytes of the client may be held, until the exchange is settled. */
  async holdBytes(bytes: number): Promise<Held> {
    const held = await this.state.heldBytes.take(bytes, this.signal, this.notes.client);
    this.hold(held.release);
    return held;
  }

  /** Keeps a place until the exchange is settled, with the status of its answer. */
  hold(release: (status: number) => void): void {
    if (this.#status !== undefined) release(this.#status);
    else this.#places.push(release);
  }

  /** The first token of a stream is on its way to the client. */
  noteFirstToken(): void {
    this.#firstByteMs = this.now() - this.#start;
    this.metrics.firstToken.observe({}, this.#firstByteMs / 1000);
  }

  /** Adds what a call came to. */
  noteSpending(call: RequestSpending): void {
    this.notes.spending = addSpending(this.notes.spending, call);
  }

  /** The answer is complete, or will never be; what comes later changes nothing. */
  settle(status: number): void {
    if (this.#status !== undefined) return;
    this.#status = status;
    for (const release of this.#places.splice(0)) release(status);
    const { route, raw, onSettled, onPartSettled } = this.#options;
    if (onPartSettled) return void onPartSettled(status);
    const durationMs = this.now() - this.#start;
    const {
      failures,
      error,
      decision,
      question: _,
      spending,
      isBrokenOff: __,
      address: ___,
      ...notes
    } = this.notes;
    this.metrics.requests.add({ route, status: String(status) });
    this.metrics.duration.observe({ route }, durationMs / 1000);
    this.span.set(() => ({
      'http.response.status_code': status,
      ...(notes.client === undefined ? {} : { 'embedllm.client': notes.client }),
      ...(notes.model === undefined ? {} : { 'embedllm.model': notes.model }),
      ...(notes.attempts === undefined ? {} : { 'embedllm.attempts': notes.attempts }),
    }));
    this.span.end(status >= 500 ? `status ${status}` : undefined, String(status));
    const log: RequestLog = {
      requestId: this.requestId,
      method: raw.method,
      route,
      status,
      durationMs,
      ...this.#times(durationMs),
      ...(decision && described(decision, notes.model)),
      ...notes,
      client: notes.client,
      model: notes.model,
      attempts: notes.attempts,
      ...this.#savings(),
      ...(failures.length === 0 ? {} : { failures }),
      ...(error === undefined ? {} : { error }),
    };
    onSettled(log, this.notes);
  }

  /** What was spent, and what the baseline would have cost. */
  #savings(): Partial<RequestLog> {
    const { spending, client = '', model } = this.notes;
    const { costUsd, baselineUsd } = spending ?? {};
    if (model === undefined || costUsd === undefined || baselineUsd === undefined) {
      return spending ?? {};
    }
    this.metrics.baseline.add({ key: client, model }, baselineUsd);
    // As exact as costs themselves are: to the nanodollar.
    return { ...spending, savedUsd: Math.round((baselineUsd - costUsd) * 1e9) / 1e9 };
  }

  #times(durationMs: number): Pick<RequestLog, 'firstByteMs'> {
    // An answer that is not a stream goes out in one piece.
    const firstByteMs = this.isStreamed ? this.#firstByteMs : durationMs;
    return firstByteMs === undefined ? {} : { firstByteMs };
  }
}

/** What a decision adds to the log of its request. */
function described(
  { model, candidates, reason, policy, familiarity }: RouteDecision,
  answered: string | undefined,
): Partial<RequestLog> {
  const chosen = candidates.find((candidate) => candidate.model.name === answered);
  return {
    chosen: model.name,
    reason,
    policy,
    ...(familiarity === undefined ? {} : { familiarity }),
    ...(chosen && { probability: chosen.probability }),
  };
}
