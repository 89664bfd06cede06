import { setMaxListeners } from 'node:events';
import type { EngineKind } from '@embedllm/trainer';
import type { Backbone } from '../connection/backbone.js';
import { notForLong } from '../connection/not-for-long.js';
import { dropQueue } from '../jobs/drop-queue.js';
import { JobBoard } from '../jobs/job-board.js';
import { HOLD_QUEUE, REDUCE_QUEUE } from '../jobs/queues.js';
import { gradientLength, momentsLength, toNumbers } from './number-object.js';
import {
  type HoldJob,
  type PartJob,
  type PartResult,
  partQueue,
  type ReduceJob,
} from './training-jobs.js';
import type { TrainingSet } from './training-set.js';

/** What the rounds of a training need. */
export interface PartRoundsOptions {
  readonly backbone: Backbone;
  /** Prefix of the training's objects. */
  readonly folder: string;
  readonly id: string;
  readonly set: TrainingSet;
  readonly engine: EngineKind;
  readonly tileRows: number | undefined;
}

/** A round. */
export interface Round {
  readonly name: string;
  readonly kind: 'moments' | 'gradient';
  /** What the parts are asked: the parameters of a gradient. */
  readonly asked: Uint8Array;
  /** Numbers that each part gives. */
  readonly length: number;
  readonly signal: AbortSignal | undefined;
}

/** What one sum reads, all parts together: enough that requests for stretches are not too many. */
const SUM_BYTES = 128 * 2 ** 20;
/** Tries of what an unsteady network may break. */
const ATTEMPTS = 1000;
/** The job that lets go of a part. */
const RELEASE = 'release';
/** What a tile takes next to a part. */
const TILE_BYTES = 64 * 2 ** 20;

/** Asks all parts at once, and has what they give added by workers, stretch by stretch. */
export class PartRounds {
  /** What a worker must have free for the largest part. */
  readonly needBytes: number;
  readonly #options: PartRoundsOptions;
  readonly #holds: JobBoard;
  readonly #sums: JobBoard;
  readonly #parts: readonly JobBoard[];
  readonly #closing = new AbortController();
  /** Rejects when a part can be held by nobody. */
  readonly #failure: Promise<never>;

  constructor(options: PartRoundsOptions) {
    this.#options = options;
    const { backbone, id, set, engine, tileRows, folder } = options;
    const numbers = this.#numbers();
    const need = (bytes: number): number => bytes + 16 * numbers + TILE_BYTES;
    this.needBytes = Math.max(...set.parts.map(({ bytes }) => need(bytes)));
    this.#holds = new JobBoard(backbone, HOLD_QUEUE, ATTEMPTS);
    this.#sums = new JobBoard(backbone, REDUCE_QUEUE, ATTEMPTS);
    this.#parts = set.parts.map((_, part) => new JobBoard(backbone, partQueue(id, part), 5));
    setMaxListeners(0, this.#closing.signal);
    const models = `${folder}models.json`;
    const { dimensions } = set;
    const leases = set.parts.map(({ key, bytes }, part) => {
      const hold: HoldJob = {
        ...{ training: id, part, key, models, dimensions, engine, tileRows },
        needBytes: need(bytes),
      };
      return this.#keep(`${id}-${part}`, hold);
    });
    this.#failure = new Promise((_, reject) => {
      for (const lease of leases) lease.catch(reject);
    });
    this.#failure.catch(() => {});
  }

  /** Of a part, in the status of the worker that holds it. */
  nameOf(part: number): string {
    return `${this.#options.id}/${part}`;
  }

  /** What all parts give, and the keys of the stretches of its sum. */
  async sum(round: Round): Promise<{ sums: string[]; results: PartResult[] }> {
    const { storage } = this.#options.backbone;
    const { name, kind, asked, signal } = round;
    const ended = signal
      ? AbortSignal.any([signal, this.#closing.signal])
      : AbortSignal.any([this.#closing.signal]);
    setMaxListeners(0, ended);
    const parameters = this.#key(name, 'asked');
    if (kind === 'gradient') await storage.put(parameters, asked, { signal: ended });
    const asking = this.#parts.map(async (board, part) => {
      const output = this.#key(name, `part-${part}`);
      const job: PartJob = kind === 'gradient' ? { kind, parameters, output } : { kind, output };
      return (await board.run(name, job, ended)) as PartResult;
    });
    const results = await Promise.race([Promise.all(asking), this.#failure]);
    const keys = asking.map((_, part) => this.#key(name, `part-${part}`));
    const sums = await Promise.all(
      this.#stretches(round.length).map(async ({ start, end }, index) => {
        const output = `${this.#options.folder}rounds/${name}-${index}`;
        const job: ReduceJob = { keys, start, end, output };
        await this.#sums.run(`${this.#options.id}-${name}-${index}`, job, ended);
        return output;
      }),
    );
    return { sums, results };
  }

  /** The stretches of a sum, put together. */
  async read(
    sums: readonly string[],
    length: number,
    signal: AbortSignal | undefined,
  ): Promise<Float64Array> {
    const { storage } = this.#options.backbone;
    const numbers = new Float64Array(length);
    const stretches = this.#stretches(length);
    await Promise.all(
      sums.map(async (key, index) => {
        const stretch = stretches[index];
        if (!stretch) throw new Error(`${key} is an unexpected slice`);
        const bytes = await storage.get(key, { signal });
        numbers.set(toNumbers(bytes, stretch.end - stretch.start, key), stretch.start);
      }),
    );
    return numbers;
  }

  /** Deletes what parts gave in a round, once its sum is kept. */
  sweep(name: string): void {
    const { storage } = this.#options.backbone;
    const keys = this.#parts.map((_, part) => this.#key(name, `part-${part}`));
    for (const key of [...keys, this.#key(name, 'asked')]) storage.delete(key).catch(() => {});
  }

  /** Has all parts let go of. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the training was closed'));
    const close = async (): Promise<void> => {
      await Promise.all(this.#parts.map((board) => board.close()));
      await Promise.all(this.#parts.map((_, part) => this.#release(part)));
      await Promise.all([this.#holds.close(), this.#sums.close()]);
    };
    // Without Redis the leases end by themselves.
    await notForLong(this.#options.backbone.redis, close());
  }

  /** Asks who holds a part to let go of it. */
  async #release(part: number): Promise<void> {
    const { backbone, id } = this.#options;
    const { bullmq, redis: connection, prefix } = backbone;
    const name = partQueue(id, part);
    const isFree = await this.#holds.forget(`${id}-${part}`);
    if (isFree) return dropQueue(backbone, name);
    const queue = new bullmq.Queue(name, { connection, prefix });
    queue.on('error', () => {});
    const job: PartJob = { kind: 'release' };
    await queue.add('run', job, { jobId: RELEASE, removeOnComplete: true, removeOnFail: true });
    await queue.close();
  }

  /** Has a part held until the training is closed, again and again where its holder lets go of it. */
  async #keep(id: string, hold: HoldJob): Promise<void> {
    const { signal } = this.#closing;
    // Of a training that was closed while nobody held the part.
    await this.#parts[hold.part]?.forget(RELEASE);
    while (!signal.aborted) await this.#holds.run(id, hold, signal);
  }

  #numbers(): number {
    const { set } = this.#options;
    const { dimensions, models } = set;
    return Math.max(gradientLength(models.length, dimensions), momentsLength(dimensions));
  }

  #key(round: string, name: string): string {
    return `${this.#options.folder}work/${round}/${name}`;
  }

  /** Of equal length: the same for the same training, whoever computes it. */
  #stretches(length: number): { start: number; end: number }[] {
    const bytes = 8 * length * this.#parts.length;
    const count = Math.max(1, Math.min(length, Math.ceil(bytes / SUM_BYTES)));
    return Array.from({ length: count }, (_, index) => ({
      start: Math.floor((length * index) / count),
      end: Math.floor((length * (index + 1)) / count),
    }));
  }
}
