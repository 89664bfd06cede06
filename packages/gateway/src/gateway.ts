import type { RouteOptions } from '@embedllm/router';
import type { Hono } from 'hono';
import type { UpstreamConfiguration } from './configuration/configuration.js';
import type { GatewayContents } from './gateway-state.js';
import type { StoreFailure } from './guarded-stores.js';
import type { AnswerStore } from './idempotency/answer-store.js';
import type { LimitStore } from './limits/limit-store.js';
import type { LockoutStore } from './lockout/lockout-store.js';
import type { DecisionLog } from './observe/decision-log.js';
import type { RequestLog } from './observe/request-log.js';
import type { OutcomeStream } from './outcomes/outcome-stream.js';
import type { ModelDrift } from './outcomes/take-outcome.js';
import type { ToSessionQuestion } from './session/question-session.js';
import type { SessionStore } from './session/session-store.js';
import type { ShadowCall } from './shadow/shadow-calls.js';
import type { Siblings } from './siblings.js';
import type { PageState } from './ui/page-state.js';
import type { CircuitStore } from './upstream/circuit-store.js';
import type { GatewayFetch } from './upstream/gateway-fetch.js';
import type { CircuitChange } from './upstream/upstream.js';

/** An address that is locked out. */
export interface AddressLockout {
  /** Of IPv6, its network of 64 bits. */
  readonly address: string;
  /** For how long, in milliseconds. */
  readonly lockMs: number;
}

/** Options of `createGateway`. */
export interface GatewayOptions extends GatewayContents {
  /** Passed to the router with every question, such as a policy. */
  readonly routing?: Omit<RouteOptions, 'signal' | 'onProgress' | 'top' | 'models'> | undefined;
  /**
   * Reduces a conversation to the question by which `auto` chooses.
   *
   * @default as `routing.sessions.questionTokens` says
   */
  readonly toQuestion?: ToSessionQuestion | undefined;
  /**
   * How requests reach an upstream.
   *
   * @default the global `fetch`, which does not honour `connectMs`
   */
  readonly transport?: ((upstream: UpstreamConfiguration) => GatewayFetch) | undefined;
  /** Keeps decisions, and what `POST /v1/outcomes` says of their answers. @default none */
  readonly decisionLog?: DecisionLog | undefined;
  /** Other processes that serve the same gateway; `server.workers` brings them. @default none */
  readonly siblings?: Siblings | undefined;
  /** Carries outcomes to other gateways with the same models, and theirs to this one. @default none */
  readonly outcomeStream?: OutcomeStream | undefined;
  /** Called when outcomes show that a model is no longer as the router knew it. */
  readonly onDrift?: ((drift: ModelDrift) => void) | undefined;
  /** Called when an outcome could not be learned from, or not be passed on. */
  readonly onLearningFailure?: ((error: unknown) => void) | undefined;
  /** Called with every answered request, for an access log. */
  readonly onRequest?: ((log: RequestLog) => void) | undefined;
  /**
   * Where the limits of keys are kept. It is not closed with the gateway.
   *
   * @default in memory, of this gateway alone
   */
  readonly limitStore?: LimitStore | undefined;
  /** Called when that store fails; requests of keys with limits are then refused with status 503. */
  readonly onLimitFailure?: ((error: unknown) => void) | undefined;
  /** Where answers are kept by idempotency key. @default in memory, of this gateway alone */
  readonly answerStore?: AnswerStore | undefined;
  /** Where it is kept which keys addresses tried. @default in memory, of this gateway alone */
  readonly lockoutStore?: LockoutStore | undefined;
  /**
   * What is remembered of sessions, and of answers that others continue (`previous_response_id`).
   *
   * @default in memory, of this gateway alone
   */
  readonly sessionStore?: SessionStore | undefined;
  /**
   * Called when one of these three fails. The request that needs it is then refused with status 503, but a
   * routed one continues as if it had no session.
   */
  readonly onStoreFailure?: ((failure: StoreFailure) => void) | undefined;
  /**
   * Spreads which models fail and which rate-limit to other gateways with the same upstreams.
   *
   * @default none: this gateway finds out alone
   */
  readonly circuitStore?: CircuitStore | undefined;
  /** Called when the circuit of a model opens or closes because of what this gateway saw. */
  readonly onCircuitChange?: ((change: CircuitChange) => void) | undefined;
  /** Called with every call of `routing.shadow.ask`, and when there is no budget for another. */
  readonly onShadowCall?: ((call: ShadowCall) => void) | undefined;
  /** Called when an address is locked out because it tried many wrong keys. */
  readonly onLockout?: ((lockout: AddressLockout) => void) | undefined;
  /** Uniform over [0, 1), for delays before retries. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** A running gateway. */
export interface Gateway {
  /** The Hono app, to be mounted in another one. */
  readonly app: Hono;
  /**
   * Answers one request: what `export default` of an edge runtime takes.
   *
   * @param bindings - Of the runtime; `incoming` is Node's own request, as `@hono/node-server` gives it.
   */
  readonly fetch: (request: Request, bindings?: object) => Response | Promise<Response>;
  /** Requests whose answers are not complete. */
  readonly inFlight: number;
  /**
   * Serves other contents from the next request on. Requests that run keep what they began with;
   * upstreams that stay the same keep their circuit breakers and limits.
   *
   * @throws DataError `invalid-data` when the contents do not fit together; then all stays as it was.
   */
  replace(contents: GatewayContents): void;
  /** Counts a reload that failed before it came to `replace`, for `/metrics`. */
  countFailedReload(): void;
  /** What `/metrics` shows of this gateway alone. */
  metrics(): Promise<string>;
  /** What `/ui` shows of this gateway alone. */
  page(): PageState;
  /** From now on `/readyz` fails and every answer asks for its connection to be closed. */
  drain(): void;
  /** Resolves when no request runs. */
  idle(): Promise<void>;
  /** Breaks off all requests that run. */
  abort(reason: Error): void;
}
