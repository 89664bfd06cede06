import type { GatewayEvent } from '../log-line.js';
import { mergeMetrics } from './merge-metrics.js';
import type { Listening } from './primary-link.js';
import type { SharedStores } from './shared-stores.js';
import { WorkerProcess } from './worker-process.js';

/** What a pool works with. */
export interface WorkerPoolOptions {
  readonly workers: number;
  readonly stores: SharedStores;
  readonly log: (event: GatewayEvent) => void;
}

/** A worker that ends sooner than this after its start is replaced later and later, in milliseconds. */
const YOUNG_MS = 5000;
const MAX_DELAY_MS = 10_000;
/** How often counters are looked at, so that those of a worker that is killed are not lost. */
const LOOK_MS = 1000;

/** The workers that run: as many as were asked for, until they are to end. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #running = new Set<WorkerProcess>();
  readonly #replacing = new Set<NodeJS.Timeout>();
  readonly #looking: NodeJS.Timeout;
  /** Counters of workers that have ended, added up. */
  #endedMetrics: string | undefined;
  #failures = 0;
  #isClosing = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#looking = setInterval(() => void this.#metricsOfAll(), LOOK_MS);
    this.#looking.unref();
  }

  /** Starts all. @throws when one ends before it serves; then none runs any more. */
  async start(): Promise<Listening> {
    const { workers } = this.#options;
    const started = Array.from({ length: workers }, () => this.#start());
    try {
      const [first] = await Promise.all(started.map(({ listening }) => listening));
      for (const worker of started) this.#replaceWhenEnded(worker);
      return first as Listening;
    } catch (error) {
      await this.#end(started);
      throw error;
    }
  }

  /** @throws what the first worker says that did not take the new configuration. */
  async reload(): Promise<void> {
    // One that starts reads the new configuration anyway.
    const serving = [...this.#running].filter(({ isListening }) => isListening);
    const results = await Promise.all(serving.map((worker) => worker.reload()));
    const failed = results.find(({ isReloaded }) => !isReloaded);
    if (failed) throw new Error(failed.message);
  }

  /** Asks all to end when their answers are complete, and ends those that take too long. */
  async close(withinMs: number): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#looking);
    for (const timer of this.#replacing) clearTimeout(timer);
    const all = [...this.#running];
    for (const worker of all) worker.close();
    const late = setTimeout(() => {
      for (const worker of this.#running) worker.kill();
    }, withinMs);
    await Promise.all(all.map(({ ended }) => ended));
    clearTimeout(late);
  }

  #start(): WorkerProcess {
    const { workers, stores } = this.#options;
    const others = (asking: WorkerProcess): WorkerProcess[] =>
      [...this.#running].filter((worker) => worker !== asking);
    const worker = new WorkerProcess({
      workers,
      stores,
      metrics: async (asking, own) => {
        asking.lastMetrics = own;
        const texts = await Promise.all(others(asking).map((other) => other.metrics()));
        return mergeMetrics([own, ...texts], this.#ended());
      },
      page: async (asking) => {
        const pages = await Promise.all(others(asking).map((other) => other.page()));
        return pages.filter((page) => page !== undefined);
      },
      judge: async (asking, outcome) => {
        const known = await Promise.all(others(asking).map((other) => other.judge(outcome)));
        return known.find((one) => one !== undefined);
      },
      outcome: (asking, outcome) => {
        for (const other of others(asking)) other.hear(outcome);
      },
    });
    this.#running.add(worker);
    void worker.ended.then(() => {
      this.#running.delete(worker);
      this.#endedMetrics = mergeMetrics([], [...this.#ended(), worker.lastMetrics]);
    });
    return worker;
  }

  #replaceWhenEnded(worker: WorkerProcess): void {
    void worker.ended.then(({ code, signal }) => {
      if (this.#isClosing) return;
      const isYoung = performance.now() - worker.startedAt < YOUNG_MS;
      this.#failures = isYoung ? this.#failures + 1 : 0;
      const delay = isYoung ? Math.min(MAX_DELAY_MS, 100 * 2 ** this.#failures) : 0;
      const message = `Worker ${worker.pid} exited (${signal ?? `exit code ${code}`}) and is replaced${delay > 0 ? ` in ${delay} ms` : ''}.`;
      this.#options.log({ level: 'error', event: 'worker-ended', message });
      const timer = setTimeout(() => {
        this.#replacing.delete(timer);
        this.#replaceWhenEnded(this.#start());
      }, delay);
      this.#replacing.add(timer);
    });
  }

  #ended(): string[] {
    return this.#endedMetrics === undefined ? [] : [this.#endedMetrics];
  }

  async #metricsOfAll(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.metrics()));
  }

  async #end(workers: readonly WorkerProcess[]): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#looking);
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map(({ ended }) => ended));
  }
}
