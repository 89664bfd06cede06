import { EmbedLLMError } from '@embedllm/core';
import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Backbone } from '../connection/backbone.js';
import { notForLong } from '../connection/not-for-long.js';

/** What someone waits for. */
interface Waiting {
  readonly data: object;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Jobs are looked up in case a message of their end was lost, as it is when Redis restarts. */
const LOOK_MS = 1000;
const RETRY_MS = 500;
/** How often it is said that a job is tried again. */
const SAY_MS = 10_000;
/** Jobs that failed stay for a look at them. */
const FAILED_S = 24 * 3600;

/**
 * Adds jobs to a queue and waits for their results. A job is known by its id: adding it twice runs it
 * once, and one that Redis lost is added again, so jobs must write the same when they run twice.
 */
export class JobBoard {
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #waiting = new Map<string, Waiting>();
  readonly #timer: NodeJS.Timeout;
  readonly #attempts: number;
  /** Jobs of which a signal took leave. */
  readonly #leaving = new Set<Promise<unknown>>();
  readonly #onNotice: (text: string) => void;
  readonly #storage: string;
  #isLooking = false;
  #saidAt = Number.NEGATIVE_INFINITY;

  /** @param attempts - How often a job is tried in all. */
  constructor({ bullmq, redis, prefix, onNotice, storage }: Backbone, queue: string, attempts = 3) {
    this.#redis = redis;
    this.#attempts = attempts;
    this.#onNotice = onNotice;
    this.#storage = storage.address;
    this.#queue = new bullmq.Queue(queue, { connection: redis, prefix });
    this.#events = new bullmq.QueueEvents(queue, { connection: redis, prefix });
    // Both report lost connections, and connect again by themselves.
    this.#queue.on('error', () => {});
    this.#events.on('error', () => {});
    this.#events.on('completed', ({ jobId, returnvalue }) => {
      this.#take(jobId)?.resolve(parsed(returnvalue));
    });
    this.#events.on('failed', ({ jobId, failedReason }) => {
      this.#take(jobId)?.reject(failure(failedReason, this.#storage));
    });
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  /**
   * Adds a job unless it is there, and waits for what it returns.
   *
   * @throws EmbedLLMError with the reason of its last failure; the signal's reason when aborted, and
   * then the job is removed unless it runs.
   */
  async run(id: string, data: object, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { data, since: Date.now(), resolve, reject });
    });
    const stop = (): void => {
      this.#take(id)?.reject(signal?.reason);
      const leaving = this.forget(id).catch(() => {});
      this.#leaving.add(leaving);
      void leaving.then(() => this.#leaving.delete(leaving));
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      // Not awaited on its own: while Redis is away it does not settle, and a signal still ends this.
      const added = this.#add(id, data).catch((error: Error) => this.#take(id)?.reject(error));
      const [value] = await Promise.all([result, added]);
      return value;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** How many jobs are waited for. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Removes a job unless it runs. @returns whether it does not. */
  async forget(id: string): Promise<boolean> {
    return (await this.#queue.remove(id)) === 1;
  }

  /** Ends it, once Redis was asked to remove what nobody waits for. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const close = async (): Promise<void> => {
      await Promise.all(this.#leaving);
      await Promise.all([this.#events.close(), this.#queue.close()]);
    };
    await notForLong(this.#redis, close());
  }

  async #add(id: string, data: object): Promise<void> {
    await this.#queue.add('run', data, {
      jobId: id,
      attempts: this.#attempts,
      backoff: { type: 'fixed', delay: RETRY_MS },
      removeOnComplete: true,
      removeOnFail: { age: FAILED_S },
    });
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** Else a full disk that is waited for would look like work that takes long. */
  #sayRetry(reason: string): void {
    if (performance.now() - this.#saidAt < SAY_MS) return;
    this.#saidAt = performance.now();
    this.#onNotice(
      `A worker failed and the job is tried again: ${explained(reason, this.#storage)}`,
    );
  }

  /** Looks after jobs that nothing was heard of for a while. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const [id, { data, since }] of [...this.#waiting]) {
        if (Date.now() - since < LOOK_MS || !this.#waiting.has(id)) continue;
        const job = await this.#queue.getJob(id);
        if (!job) {
          // Lost, or ended without a message: the work finds its result, or is done again.
          await this.#add(id, data);
        } else if (await job.isFailed()) {
          if ((job.finishedOn ?? 0) < since) {
            // Left over from a run before.
            await job.remove();
            await this.#add(id, data);
          } else this.#take(id)?.reject(failure(job.failedReason, this.#storage));
        } else if (job.failedReason) this.#sayRetry(job.failedReason);
      }
    } catch {
      // Redis is away; the next look finds out.
    } finally {
      this.#isLooking = false;
    }
  }
}

function failure(reason: string, storage: string): EmbedLLMError {
  return new EmbedLLMError(explained(reason, storage), { code: 'io' });
}

/** @param storage - Address of that of this run. */
function explained(reason: string, storage: string): string {
  if (/stalled more than allowable/.test(reason)) {
    return 'one worker after another went silent: they were killed, perhaps out of memory, or had no CPU time for longer than --lease.';
  }
  const [, used] = /There is no object .+ in (.+)\.$/.exec(reason) ?? [];
  if (used === undefined || used === storage) return reason;
  return `${reason} Does the worker use the storage of this run, ${storage}? Start it with that.`;
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
