import { setMaxListeners } from 'node:events';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import { createLocalShard, type Engine, resolveEngine, type Shard } from '@embedllm/trainer';
import type { Job, Worker } from 'bullmq';
import type { Backbone } from '../connection/backbone.js';
import { dropQueue } from '../jobs/drop-queue.js';
import { HOLD_QUEUE } from '../jobs/queues.js';
import { isCoordinated } from '../jobs/run-lease.js';
import { tryJob } from '../jobs/try-job.js';
import { readJson } from '../storage/read-json.js';
import { parametersOf, toBytes } from './number-object.js';
import {
  type HoldJob,
  type PartJob,
  type PartResult,
  partQueue,
  trainingFolder,
} from './training-jobs.js';
import { readTrainingPart } from './training-set.js';

/** What a holder needs of its worker. */
export interface PartHolderOptions {
  readonly backbone: Backbone;
  readonly leaseMs: number;
  /** Of all parts together. */
  readonly memoryBytes: number;
  readonly threads: number | undefined;
  /** Called when a part was taken or let go of. */
  readonly onChange: () => void;
  readonly onError: (error: Error) => void;
}

/** When a part that does not fit is looked at again. */
const FULL_MS = 1000;
/** Without anyone who coordinates it for this time, a training's parts are let go of. */
const ORPHAN_MS = 60_000;

/** Parts of training sets in this process's memory, each under a lease. */
export class PartHolder {
  readonly #options: PartHolderOptions;
  readonly #leases: Worker;
  /** Bytes by part. */
  readonly #held = new Map<string, number>();
  /** When a lease was last known to hold, by id of its job. */
  readonly #renewed = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #parameters = new Map<string, Promise<Uint8Array>>();
  #engine: { readonly name: string; readonly engine: Promise<Engine> } | undefined;

  constructor(options: PartHolderOptions) {
    this.#options = options;
    const { backbone, leaseMs, onError } = options;
    const { bullmq, redis: connection, prefix } = backbone;
    // Each part listens.
    setMaxListeners(0, this.#closing.signal);
    this.#leases = new bullmq.Worker(
      HOLD_QUEUE,
      (job: Job<HoldJob>, token, signal) => this.#hold(job, token, signal),
      {
        ...{ connection, prefix, lockDuration: leaseMs, stalledInterval: leaseMs },
        // A lease may change hands any number of times, and a process holds any number of parts.
        ...{ maxStalledCount: 1_000_000, concurrency: 100_000 },
      },
    );
    this.#leases.on('locksRenewed', ({ jobIds }) => {
      for (const id of jobIds) this.#renewed.set(id, Date.now());
    });
    this.#leases.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#leases.cancelJob(id, 'its lease went to another worker');
    });
    this.#leases.on('error', onError);
  }

  /** Names of the parts that are held. */
  get parts(): string[] {
    return [...this.#held.keys()];
  }

  /** What they take, in bytes. */
  get heldBytes(): number {
    return [...this.#held.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Lets go of all parts. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the worker ends'));
    await this.#leases.close();
    if (this.#engine) await (await this.#engine.engine).dispose();
  }

  /** Holds a part until it is released, or its lease is lost. */
  async #hold(
    job: Job<HoldJob>,
    token: string | undefined,
    cancelled: AbortSignal | undefined,
  ): Promise<void> {
    const { backbone, memoryBytes } = this.#options;
    const { needBytes, training, part } = job.data;
    const name = `${training}/${part}`;
    // The old lease of this process may still be on its way out.
    const isFull = this.#held.has(name) || this.heldBytes + needBytes > memoryBytes;
    if (isFull || this.#closing.signal.aborted) {
      await job.moveToDelayed(Date.now() + FULL_MS, token);
      throw new backbone.bullmq.DelayedError();
    }
    // Left by a coordinator that was killed; one that is there adds it again.
    if (!(await isCoordinated(backbone, trainingFolder(training)))) return;
    this.#held.set(name, needBytes);
    this.#options.onChange();
    const id = job.id ?? name;
    this.#renewed.set(id, Date.now());
    const lost = new AbortController();
    const watch = setInterval(() => this.#watch(id, lost), this.#options.leaseMs / 4);
    try {
      const signal = cancelled ? AbortSignal.any([lost.signal, cancelled]) : lost.signal;
      await tryJob(backbone.bullmq, () => this.#serve(job.data, signal));
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
      // Another worker takes it at once.
      await job.moveToDelayed(Date.now(), token);
      throw new backbone.bullmq.DelayedError();
    } finally {
      clearInterval(watch);
      this.#renewed.delete(id);
      this.#held.delete(name);
      this.#options.onChange();
    }
  }

  /** A lease that could not be renewed in time is lost, whether or not Redis can say so. */
  #watch(id: string, lost: AbortController): void {
    const since = Date.now() - (this.#renewed.get(id) ?? 0);
    if (since > this.#options.leaseMs) {
      lost.abort(new Error(`the lease was not renewed for ${since} ms`));
    }
  }

  async #serve(hold: HoldJob, lost: AbortSignal): Promise<void> {
    const { backbone, leaseMs, onError } = this.#options;
    const { storage, bullmq, redis, prefix } = backbone;
    const { models } = await readJson<{ models: string[] }>(storage, hold.models, {
      ...{ what: 'a list of models', lists: ['models'], signal: lost },
    });
    const set = await readTrainingPart(storage, hold.key, models, lost);
    const engine = await this.#engineOf(hold.engine);
    const shard = createLocalShard({ ...set, engine, tileRows: hold.tileRows });
    let release = (): void => {};
    let isReleased = false;
    const released = new Promise<void>((resolve) => {
      release = () => {
        isReleased = true;
        resolve();
      };
    });
    const server = new bullmq.Worker(
      partQueue(hold.training, hold.part),
      async (job: Job<PartJob>) => {
        if (job.data.kind === 'release') release();
        return this.#answer(shard, hold, job.data, lost);
      },
      {
        ...{ connection: redis, prefix, lockDuration: leaseMs, stalledInterval: leaseMs },
        maxStalledCount: 1_000_000,
      },
    );
    server.on('error', onError);
    const orphan = setInterval(() => void this.#checkCoordinator(hold, release), ORPHAN_MS);
    try {
      await Promise.race([released, aborted(lost), aborted(this.#closing.signal)]);
    } finally {
      clearInterval(orphan);
      // A part that is lost answers no more; else what is under way is finished.
      await server.close(lost.aborted);
      // What a coordinator asks that came back meanwhile, it asks again.
      if (isReleased) await dropQueue(backbone, partQueue(hold.training, hold.part));
    }
  }

  async #answer(
    shard: Shard,
    hold: HoldJob,
    job: PartJob,
    signal: AbortSignal,
  ): Promise<PartResult> {
    const { storage } = this.#options.backbone;
    try {
      if (job.kind === 'release') return {};
      if (job.kind === 'moments') {
        const { questions, sum, gram } = await shard.moments({ signal });
        await storage.put(job.output, toBytes(sum, gram), { signal });
        return { questions };
      }
      const bytes = await this.#parametersAt(job.parameters, signal);
      const { dimensions, modelCount } = shard;
      const parameters = parametersOf(bytes, modelCount, dimensions, job.parameters);
      const { weights, bias, loss } = await shard.gradient(parameters, { signal });
      await storage.put(job.output, toBytes(weights, bias), { signal });
      return { loss };
    } catch (error) {
      throw new Error(`part ${hold.part} (${hold.key}): ${reasonOf(error)}`, { cause: error });
    }
  }

  /** The parameters of a round, read once for all parts of this process. */
  #parametersAt(key: string, signal: AbortSignal): Promise<Uint8Array> {
    const known = this.#parameters.get(key);
    if (known) return known;
    this.#parameters.clear();
    const read = this.#options.backbone.storage.get(key, { signal });
    read.catch(() => this.#parameters.delete(key));
    this.#parameters.set(key, read);
    return read;
  }

  #engineOf(name: HoldJob['engine']): Promise<Engine> {
    if (this.#engine && this.#engine.name !== name) {
      throw new EmbedLLMError(
        `This worker is using the engine ${this.#engine.name} and cannot hold a part for ${name}.`,
        { code: 'environment' },
      );
    }
    const { threads } = this.#options;
    this.#engine ??= { name, engine: resolveEngine({ prefer: [name], threads }) };
    return this.#engine.engine;
  }

  async #checkCoordinator({ training }: HoldJob, release: () => void): Promise<void> {
    try {
      const folder = trainingFolder(training);
      if (!(await isCoordinated(this.#options.backbone, folder))) release();
    } catch {
      // Redis is away, and so is the lease soon.
    }
  }
}

/** Rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(asError(signal.reason));
    signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true });
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
