import { NANODOLLARS } from '../costs/model-price.js';
import type { GatewayState } from '../gateway-state.js';
import { claimsOf } from '../limits/key-claims.js';
import type { LimitStore } from '../limits/limit-store.js';
import { Counter, Gauge, Histogram, type Labels, type Metric } from './metrics.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const CIRCUIT = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What `/metrics` shows. Labels are names of the configuration, so that clients cannot add any. */
export class GatewayMetrics {
  readonly requests: Counter = new Counter(
    'embedllm_gateway_requests_total',
    'Answered requests by route and status; 499 if the client disconnected.',
  );
  readonly duration: Histogram = new Histogram(
    'embedllm_gateway_request_duration_seconds',
    'Time from the request to the complete answer.',
    SECONDS,
  );
  readonly firstToken: Histogram = new Histogram(
    'embedllm_gateway_first_token_seconds',
    'Time from the request to the first token of a stream.',
    SECONDS,
  );
  readonly attempts: Counter = new Counter(
    'embedllm_gateway_upstream_attempts_total',
    'Upstream calls by outcome.',
  );
  readonly translations: Counter = new Counter(
    'embedllm_gateway_translations_total',
    'Answers to requests that were translated, by model, protocol, and whether anything was dropped.',
  );
  readonly decisions: Counter = new Counter(
    'embedllm_gateway_decisions_total',
    'Routed requests by the first choice of the router.',
  );
  readonly sessions: Counter = new Counter(
    'embedllm_gateway_session_choices_total',
    'Routed requests within sessions by what happened to the session: begin, route, stay, switch or escalate.',
  );
  readonly sessionOutcomes: Counter = new Counter(
    'embedllm_gateway_session_outcomes_total',
    'Session signals by kind (tool, call, user, posted) and whether they failed.',
  );
  readonly cascades: Counter = new Counter(
    'embedllm_gateway_cascades_total',
    'Requests to cascades by name and outcome: agreed, disagreed, failed or direct.',
  );
  readonly tokens: Counter = new Counter(
    'embedllm_gateway_tokens_total',
    'Tokens by key, model and kind; cached_input and cache_write are parts of input, reasoning one of output.',
  );
  readonly dollars: Counter = new Counter(
    'embedllm_gateway_cost_dollars_total',
    'US dollars by key and model, for models whose price is known.',
  );
  readonly baseline: Counter = new Counter(
    'embedllm_gateway_baseline_cost_dollars_total',
    'US dollars that the same answers would have cost with routing.baseline, by key and model.',
  );
  readonly reloads: Counter = new Counter(
    'embedllm_gateway_reloads_total',
    'Reloads of configuration and artifact by result.',
  );
  readonly shadows: Counter = new Counter(
    'embedllm_gateway_shadow_decisions_total',
    'Decisions of routing.shadow by the model that answered, and whether the router would have chosen the same.',
  );
  readonly shadowCalls: Counter = new Counter(
    'embedllm_gateway_shadow_calls_total',
    'Requests drawn for routing.shadow.ask by model, and what became of them: answered, failed, given-up, or not asked (budget, busy, unavailable, unfit).',
  );
  readonly outcomes: Counter = new Counter(
    'embedllm_gateway_outcomes_total',
    'Outcomes by model, source, and whether they were repeated.',
  );
  readonly learnt: Counter = new Counter(
    'embedllm_gateway_learnt_outcomes_total',
    'Outcomes that the router learned from, by model.',
  );
  readonly drifts: Counter = new Counter(
    'embedllm_gateway_drifts_total',
    'Times that outcomes of a model no longer matched the predictions of the router.',
  );
  readonly lockouts: Counter = new Counter(
    'embedllm_gateway_lockouts_total',
    'Addresses locked out after trying many invalid keys.',
  );
  readonly #all: readonly Metric[];

  readonly #state: () => GatewayState;
  readonly #store: LimitStore;
  #limits: { readonly labels: Labels; readonly limit: number; readonly remaining: number }[] = [];

  constructor(state: () => GatewayState, store: LimitStore) {
    this.#state = state;
    this.#store = store;
    this.#all = [
      this.requests,
      this.duration,
      this.firstToken,
      this.attempts,
      this.translations,
      this.decisions,
      this.sessions,
      this.sessionOutcomes,
      this.cascades,
      this.tokens,
      this.dollars,
      this.baseline,
      this.reloads,
      this.lockouts,
      this.shadows,
      this.shadowCalls,
      this.outcomes,
      this.learnt,
      this.drifts,
      new Gauge('embedllm_gateway_running', 'Requests in progress.', () => [
        [{}, state().limit.running],
      ]),
      new Gauge('embedllm_gateway_waiting', 'Requests waiting for a slot.', () => [
        [{}, state().limit.waiting],
      ]),
      new Gauge('embedllm_gateway_upstream_running', 'Upstream calls in progress.', () =>
        [...state().upstreams].map(([upstream, { limit }]) => [{ upstream }, limit.running]),
      ),
      new Gauge(
        'embedllm_gateway_upstream_circuit',
        'State of the circuit breaker: 0 closed, 1 half-open, 2 open.',
        () => {
          const { configuration, upstreams } = state();
          return [...configuration.models.values()].map(({ name: model, upstream }) => [
            { upstream, model },
            CIRCUIT[upstreams.get(upstream)?.breaker(model).state ?? 'closed'],
          ]);
        },
      ),
      new Gauge('embedllm_gateway_limit', 'Key limits per window.', () =>
        this.#limits.map(({ labels, limit }) => [labels, limit]),
      ),
      new Gauge(
        'embedllm_gateway_limit_remaining',
        'Remaining key limits, minus reservations of running requests.',
        () => this.#limits.map(({ labels, remaining }) => [labels, remaining]),
      ),
    ];
  }

  /** In the text exposition format 0.0.4. */
  async render(): Promise<string> {
    // Where the store fails, its last words are shown, and what fails is logged elsewhere.
    await this.#readLimits().catch(() => undefined);
    return `${this.#all.map((metric) => metric.render()).join('\n')}\n`;
  }

  async #readLimits(): Promise<void> {
    const claims = [...this.#state().clients.values()].flatMap(({ key }) =>
      claimsOf(key.name, key.limits).map((claim) => ({ ...claim, key: key.name })),
    );
    const counts = await this.#store.read(claims);
    this.#limits = claims.map(({ key, resource, window, limit }, index) => {
      const { used = 0, reserved = 0 } = counts[index] ?? {};
      const unit = resource === 'dollars' ? NANODOLLARS : 1;
      const labels = { key, limit: resource, window };
      const remaining = Math.max(0, limit - used - reserved) / unit;
      return { labels, limit: limit / unit, remaining };
    });
  }
}
