import type { GatewayState } from '../gateway-state.js';
import {
  type Activity,
  BUCKET_MS,
  type RecentRequest,
  type Spending,
  type TrafficBucket,
} from '../observe/activity.js';

/** What the page of the operator shows. */
export interface PageState {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly startedAt: number;
  readonly running: number;
  readonly waiting: number;
  readonly isDraining: boolean;
  readonly baseline: string | undefined;
  /** Span of an entry of `traffic`. */
  readonly bucketMs: number;
  readonly traffic: readonly TrafficBucket[];
  readonly models: readonly {
    readonly name: string;
    readonly upstream: string;
    readonly circuit: 'closed' | 'half-open' | 'open';
    /** Milliseconds left of the Retry-After of its upstream. */
    readonly restMs: number;
    readonly isRouted: boolean;
    /** Calls since the start that gave no answer, whoever answered instead. */
    readonly failedCalls: number;
  }[];
  readonly spending: readonly Spending[];
  readonly recent: readonly RecentRequest[];
}

/** Answers `GET /ui/state`. */
export function pageState(
  { configuration, upstreams, limit, routable }: GatewayState,
  activity: Activity,
  isDraining: boolean,
): PageState {
  return {
    now: Date.now(),
    startedAt: activity.startedAt,
    running: limit.running,
    waiting: limit.waiting,
    isDraining,
    baseline: configuration.routing.baseline,
    bucketMs: BUCKET_MS,
    traffic: activity.traffic,
    models: [...configuration.models.values()].map(({ name, upstream }) => {
      const known = upstreams.get(upstream);
      return {
        name,
        upstream,
        circuit: known?.breaker(name).state ?? 'closed',
        restMs: Math.round(known?.restMs(name) ?? 0),
        isRouted: routable.includes(name),
        failedCalls: activity.failedCalls(name),
      };
    }),
    spending: activity.spending,
    recent: activity.recent,
  };
}
