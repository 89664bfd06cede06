import cluster, { type Worker } from 'node:cluster';
import type { AnswerOutcome, PostedOutcome } from '../../outcomes/outcome.js';
import type { PageState } from '../../ui/page-state.js';
import { type Listening, type Reloaded, WORKERS_VARIABLE } from './primary-link.js';
import { ProcessChannel } from './process-channel.js';
import { type SharedStores, storesForWorker } from './shared-stores.js';

/** What all workers have in common. */
export interface WorkerSurroundings {
  /** How many there are. */
  readonly workers: number;
  readonly stores: SharedStores;
  /** Asks the others on behalf of one. */
  metrics(asking: WorkerProcess, own: string): Promise<string>;
  page(asking: WorkerProcess): Promise<readonly PageState[]>;
  judge(asking: WorkerProcess, outcome: PostedOutcome): Promise<AnswerOutcome | undefined>;
  /** Passes an outcome on to the others. */
  outcome(asking: WorkerProcess, outcome: AnswerOutcome): void;
}

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** How long a worker may take to say what it shows, in milliseconds; then its last words count. */
const ANSWER_MS = 1000;

/** A worker, as the first process sees it. */
export class WorkerProcess {
  readonly startedAt: number = performance.now();
  /** Resolves when it serves; rejects when it ends before. */
  readonly listening: Promise<Listening>;
  /** Resolves when it has ended. */
  readonly ended: Promise<WorkerEnd>;
  /** What it showed at `/metrics` when it was last asked. */
  lastMetrics = '';
  isListening = false;
  readonly #worker: Worker;
  readonly #channel: ProcessChannel;

  constructor({ workers, stores, ...others }: WorkerSurroundings) {
    const worker = cluster.fork({ [WORKERS_VARIABLE]: String(workers) });
    this.#worker = worker;
    const shared = storesForWorker(stores, () => this.#channel);
    let isServing: (where: Listening) => void;
    this.#channel = new ProcessChannel(worker, {
      ...shared.handlers,
      listening: (where) => isServing(where as Listening),
      metrics: (own) => others.metrics(this, own as string),
      page: () => others.page(this),
      judge: (outcome) => others.judge(this, outcome as PostedOutcome),
      outcome: (outcome) => others.outcome(this, outcome as AnswerOutcome),
    });
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.isListening = false;
        void shared.end().then(() => resolve({ code, signal }));
      });
      // It exits as well; without a listener the error would end this process.
      worker.on('error', () => undefined);
    });
    this.listening = new Promise((resolve, reject) => {
      isServing = (where) => {
        this.isListening = true;
        resolve(where);
      };
      void this.ended.then(({ code, signal }) =>
        reject(
          new Error(`A worker exited (${signal ?? `exit code ${code}`}) before it was ready.`),
        ),
      );
    });
    this.listening.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  async reload(): Promise<Reloaded> {
    return (await this.#channel.ask('reload')) as Reloaded;
  }

  /** Asks it to end when its answers are complete. */
  close(): void {
    // One that does not serve yet has nothing to complete.
    if (this.isListening) void this.#channel.ask('close').catch(() => undefined);
    else this.kill();
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  /** What it shows at `/metrics` now, or showed when it last answered. */
  async metrics(): Promise<string> {
    const text = await this.#ask('metrics');
    if (typeof text === 'string') this.lastMetrics = text;
    return this.lastMetrics;
  }

  async page(): Promise<PageState | undefined> {
    return (await this.#ask('page')) as PageState | undefined;
  }

  async judge(outcome: PostedOutcome): Promise<AnswerOutcome | undefined> {
    return (await this.#ask('judge', outcome)) as AnswerOutcome | undefined;
  }

  /** Says what another worker took. */
  hear(outcome: AnswerOutcome): void {
    if (this.isListening) void this.#channel.ask('outcome', outcome).catch(() => undefined);
  }

  /** What it answers, or `undefined` where it does not in time. */
  async #ask(what: string, value?: unknown): Promise<unknown> {
    if (!this.isListening) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), ANSWER_MS);
    });
    try {
      return await Promise.race([this.#channel.ask(what, value), late]);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
