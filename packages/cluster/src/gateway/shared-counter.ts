import type { LimitCount, LimitCounter } from '@embedllm/gateway';
import { windowEnd } from '@embedllm/gateway';

/** A counter in one window, as a replica has it. */
export class SharedCounter {
  readonly name: string;
  readonly window: LimitCounter['window'];
  /** When the window began, in milliseconds since 1970. */
  readonly start: number;
  /** Handed to this replica. */
  granted: number = 0;
  /** Used by this replica. */
  used: number = 0;
  /** Set aside by this replica. */
  reserved: number = 0;
  /** Used, and not yet said. */
  unsaid: number = 0;
  /** Allowed while Redis was away, in all and not yet said. */
  borrowed: number = 0;
  owed: number = 0;
  /** The limit as of the last claim. */
  limit: number = 0;
  /** Of all replicas, as of the last answer. */
  known: { readonly granted: number; readonly used: number } | undefined;
  epoch: string = '';
  /** What requests that wait are short of, and what they wait for. */
  short: number = 0;
  refilling: Promise<void> | undefined;
  /** The last question to Redis: they go one after another, so that nothing is said twice. */
  asking: Promise<void> = Promise.resolve();
  /** When it was last claimed, in milliseconds from any origin. */
  claimedAt: number = 0;
  knownAt: number = Number.NEGATIVE_INFINITY;

  constructor({ name, window }: LimitCounter, start: number) {
    this.name = name;
    this.window = window;
    this.start = start;
  }

  /** In hand. */
  get free(): number {
    return this.granted - this.used - this.reserved;
  }

  /** Not handed to anyone, as of the last answer. */
  get left(): number {
    return this.limit - (this.known?.granted ?? 0) - this.owed;
  }

  /** Whether an amount can be set aside without asking. */
  covers(amount: number): boolean {
    return amount <= this.free && this.used + this.reserved + amount <= this.limit;
  }

  /** What others have in hand counts as set aside: it may be used at any time. */
  count(time: number): LimitCount {
    const { name, window, start } = this;
    const used = (this.known?.used ?? 0) + this.unsaid;
    const granted = (this.known?.granted ?? 0) + this.owed;
    const reserved = Math.max(this.reserved, granted - used - this.free, 0);
    const resetMs = Math.max(0, windowEnd(window, start) - time);
    return { name, window, used, reserved, resetMs };
  }
}
