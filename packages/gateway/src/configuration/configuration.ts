import type { PolicySettings } from '@embedllm/router/settings';
import type { ChatProtocol } from '../protocol/protocol.js';
import type { ClientKey } from './client-key.js';
import type { ConcurrencySettings } from './concurrency-settings.js';
import type { DecisionSettings } from './decision-settings.js';
import type { LockoutSettings } from './lockout-settings.js';
import type { ModelConfiguration } from './model-configuration.js';
import type { CascadeSettings } from './read-cascades.js';
import type { ShadowSettings } from './read-shadow.js';
import type { Secret } from './secret.js';
import type { SessionSettings } from './session-settings.js';
import type { TelemetryConfiguration } from './telemetry-configuration.js';

/** How long the parts of a call may take, in milliseconds. */
export interface TimeoutSettings {
  /** Until the upstream takes the connection; enforced by `serveGateway`. @default 5000 */
  readonly connectMs: number;
  /**
   * From sending a request that is not streamed until the first byte of its answer, which most
   * upstreams send when it is complete. @default 120000
   */
  readonly firstByteMs: number;
  /**
   * From sending a streamed request until its first token. Comments such as `: keep-alive`, which
   * upstreams send while a model thinks, restart it.
   *
   * @default 60000
   */
  readonly firstTokenMs: number;
  /** Between two pieces of an answer. @default 60000 */
  readonly idleMs: number;
  /**
   * From sending a request until its answer is complete, not counting the time that the client takes
   * to read it; each attempt again.
   *
   * @default 600000
   */
  readonly totalMs: number;
}

/** How often and how soon a failed call is retried on the same model before the next candidate is asked. */
export interface RetrySettings {
  /** Calls of one model, the first included, from 1. @default 2 */
  readonly attempts: number;
  /** Upper end of the first random delay, in milliseconds; it doubles with every retry. @default 250 */
  readonly baseDelayMs: number;
  /** The longest delay, in milliseconds, an upstream's `Retry-After` included. @default 5000 */
  readonly maxDelayMs: number;
}

/** When to stop calling a model that keeps failing. */
export interface BreakerSettings {
  /** Share of failures among the last `window` calls that opens the circuit, over 0 to 1. @default 0.5 */
  readonly failureShare: number;
  /** How many of the last calls count, from 1. @default 20 */
  readonly window: number;
  /** For how long a call counts, in milliseconds. @default 10000 */
  readonly windowMs: number;
  /** Calls before the share means anything, from 1. @default 10 */
  readonly minimumCalls: number;
  /** How long the circuit stays open until calls may try again, in milliseconds. @default 10000 */
  readonly openMs: number;
}

/**
 * The protocol of an upstream: `openai` is any OpenAI-compatible server, `azure` is Azure OpenAI with
 * its deployments; the others are translated by packages of the AI SDK, which are optional peers.
 */
export type UpstreamProvider = 'openai' | 'azure' | 'anthropic' | 'google' | 'mistral' | 'bedrock';

/** A server that hosts models. */
export interface UpstreamConfiguration {
  readonly name: string;
  /** @default openai */
  readonly provider: UpstreamProvider;
  /**
   * The chat protocols it supports natively: `chat` (OpenAI's chat completions), `messages`
   * (Anthropic's) and `responses` (OpenAI's). Requests in these are passed through unchanged.
   *
   * @default `messages` for anthropic, `chat` and `responses` for api.openai.com, `chat` for others of
   * `openai` and for azure, none for other vendors
   */
  readonly protocols: readonly ChatProtocol[];
  /**
   * Whether requests in other chat protocols are translated for it by an AI SDK package; always
   * for vendors.
   *
   * @default false
   */
  readonly translate: boolean;
  /**
   * Up to and including the version: `https://api.openai.com/v1`. Of Azure, the resource:
   * `https://NAME.openai.azure.com`.
   *
   * @default the vendor's own, of those that have one
   */
  readonly baseURL: string;
  /** Azure's `api-version`; with no other provider. */
  readonly apiVersion: string | undefined;
  /** Bedrock's region, such as `eu-central-1`; with no other provider. */
  readonly region: string | undefined;
  /**
   * Sent as a bearer token, to Azure as `api-key`, to other vendors in their own header. Without one, Bedrock takes
   * the credentials of AWS from the variables of the process.
   */
  readonly apiKey: Secret | undefined;
  /**
   * Whether to request `usage` in streams; it is hidden from clients that did not ask for it.
   *
   * @default for keys with limits of tokens or dollars, and at vendors, whose packages count anyway
   */
  readonly streamUsage: boolean | undefined;
  /**
   * The field that limits an answer where a key's limit is set for a request without one.
   *
   * @default `max_completion_tokens` for api.openai.com, else `max_tokens`
   */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Sent with every request; a client's `anthropic-beta` values come before those set here. */
  readonly headers: Readonly<Record<string, Secret>>;
  readonly timeouts: TimeoutSettings;
  /** How long its caches of prompts hold what was read last, in milliseconds. @default 300000 */
  readonly promptCacheMs: number;
  readonly retries: RetrySettings;
  readonly breaker: BreakerSettings;
  readonly limits: ConcurrencySettings;
}

/** Global limits of the gateway. */
export interface GatewayLimits extends ConcurrencySettings {
  /** The largest request body in bytes. @default 20971520 */
  readonly requestBytes: number;
  /** The most bytes of long requests that are held at once, in all. @default 268435456, or 4 `requestBytes` */
  readonly heldBytes: number;
  /** The largest answer that is not streamed, in bytes. @default 16777216 */
  readonly responseBytes: number;
  /** The longest time for a request body to arrive, in milliseconds. @default 10000 */
  readonly bodyTimeoutMs: number;
  /**
   * How long a request may wait for its answer, or the first token of it, whatever is called
   * for it, in milliseconds.
   *
   * @default 300000
   */
  readonly requestMs: number;
  /** How long a client of a stream may take to read on, in milliseconds. @default 60000 */
  readonly writeTimeoutMs: number;
  /**
   * How long a streamed request stays silent, in milliseconds; then its stream begins, with
   * a comment at this interval until the first token. 0 for never.
   *
   * @default 15000
   */
  readonly heartbeatMs: number;
  /** Open connections of `serveGateway`. @default 1024 */
  readonly connections: number;
  /**
   * The file where `serveGateway` keeps the usage of each key across restarts.
   *
   * @default none: in memory
   */
  readonly ledger: string | undefined;
  /** For how long the answer to an `Idempotency-Key` is kept, in milliseconds; 0 for never. @default 600000 */
  readonly idempotencyMs: number;
  /** The most that such answers may take, in bytes. @default 67108864 */
  readonly idempotencyBytes: number;
}

/** A checked configuration, as `parseGatewayConfiguration` returns it. */
export interface GatewayConfiguration {
  /** Path of the router's artifact, for `loadRouter` of `serveGateway`. */
  readonly artifact: string | undefined;
  readonly server: {
    /** @default 127.0.0.1 */
    readonly host: string;
    /** 0 takes a free one. @default 8080 */
    readonly port: number;
    /**
     * How long `/readyz` fails, and no request comes, before no connection is taken any more, in
     * milliseconds: longer than balancers take to notice.
     *
     * @default 2000
     */
    readonly drainMs: number;
    /**
     * Processes that answer requests, for `serveGateway`; more than there are processors does not help.
     *
     * @default 1
     */
    readonly workers: number;
    /** How long all else may take after `drainMs`, in milliseconds. @default 30000 */
    readonly shutdownTimeoutMs: number;
  };
  readonly routing: {
    /** Names among which the router chooses. @default all that are configured and in its pool */
    readonly models: readonly string[] | undefined;
    /** How many candidates a request may try, from 1. @default 3 */
    readonly candidates: number;
    /** The model that would answer everything without a router; savings are relative to its cost. */
    readonly baseline: string | undefined;
    /** How `auto` and `embedllm` are routed. @default as the router or the program says */
    readonly policy: PolicySettings | undefined;
    /** Other names that clients may ask for, each routed by a policy of its own. @default none */
    readonly aliases: ReadonlyMap<string, PolicySettings>;
    /** Names that ask cheap models first, and a better one where these differ. @default none */
    readonly cascades: ReadonlyMap<string, CascadeSettings>;
    /**
     * Whether the router learns from the outcomes that trusted keys post (`authentication.keys[].outcomes`).
     *
     * @default false
     */
    readonly learning: boolean;
    /**
     * Answers all routed requests by one model and logs what the router would have chosen, or asks a second
     * model in the background.
     *
     * @default the router acts, and nobody else is asked
     */
    readonly shadow: ShadowSettings | undefined;
    /** How requests of one session are recognised and routed. */
    readonly sessions: SessionSettings;
  };
  readonly authentication: {
    /** Without keys, no client needs one. */
    readonly keys: readonly ClientKey[];
    /** Whether everyone on the network may call without a key. @default false */
    readonly allowAnonymous: boolean;
    /** Whether `/metrics` is answered without a key. @default false */
    readonly publicMetrics: boolean;
    /** When addresses that try many wrong keys are locked out. @default after 20 within 10 minutes */
    readonly lockout: LockoutSettings | undefined;
  };
  readonly cors: {
    /** Origins that browsers may call from; none turns CORS off. @default none */
    readonly origins: readonly string[];
  };
  readonly limits: GatewayLimits;
  readonly log: {
    /** Whether `serveGateway` logs each answered request. @default true */
    readonly requests: boolean;
  };
  /** Kept by `serveGateway`. @default none are kept */
  readonly decisions: DecisionSettings | undefined;
  /** Whether `/ui` shows operators what happens. @default true */
  readonly ui: boolean;
  /** @default as OTEL_EXPORTER_OTLP_ENDPOINT and its kin say; without them no spans are sent */
  readonly telemetry: TelemetryConfiguration | undefined;
  readonly upstreams: ReadonlyMap<string, UpstreamConfiguration>;
  readonly models: ReadonlyMap<string, ModelConfiguration>;
}
