import { randomUUID } from 'node:crypto';
import { hostname, totalmem } from 'node:os';
import { checkInteger } from '@embedllm/internals';
import { restoreEncoder } from '@embedllm/question-encoder';
import type { Job, Worker } from 'bullmq';
import { type ClusterSettings, openBackbone, VERSION } from '../connection/backbone.js';
import { notForLong } from '../connection/not-for-long.js';
import { type EncodeJob, type OpenEncoder, PartEncoder } from '../encode/encode-part.js';
import type { ImportJob } from '../import/import-jobs.js';
import { importUnit } from '../import/import-unit.js';
import { mergePart } from '../import/merge-part.js';
import { removeAbandonedFolders } from '../import/work-folder.js';
import { ENCODE_QUEUE, IMPORT_QUEUE, REDUCE_QUEUE, SWEEP_QUEUE } from '../jobs/queues.js';
import { tryJob } from '../jobs/try-job.js';
import type { SweepJob } from '../sweep/sweep-jobs.js';
import { SweepRunner } from '../sweep/sweep-runner.js';
import { PartHolder } from '../train/part-holder.js';
import { reduceStretch } from '../train/reduce-stretch.js';
import type { ReduceJob } from '../train/training-jobs.js';
import { sayPlainly } from './plain-error.js';
import { steppingBack } from './step-back.js';
import { watchVersions } from './watch-workers.js';
import { removeStatus, STATUS_MS, type WorkerStatus, writeStatus } from './worker-status.js';

/** What `startWorker` takes. */
export interface StartWorkerOptions extends ClusterSettings {
  /** Jobs at a time, from 1. @default 1 */
  readonly concurrency?: number | undefined;
  /**
   * Makes encoders of the records that `encode` is given.
   *
   * @default `restoreEncoder`, for encoders that travel whole: lsa, hashing, static
   */
  readonly openEncoder?: OpenEncoder | undefined;
  /**
   * Bytes that parts of training sets may take, what their gradients need included. A part that does
   * not fit waits for another worker, or until another part is let go of.
   *
   * @default half of the machine's memory, or of what its container may have
   */
  readonly memoryBytes?: number | undefined;
  /** Threads of products, where the engine has them. @default all processors */
  readonly threads?: number | undefined;
  /**
   * Milliseconds after which the work of a worker that is silent goes to another one. Renewed at half
   * of it, while nothing keeps the process from doing so: longer than any batch or tile takes.
   *
   * @default 30,000
   */
  readonly leaseMs?: number | undefined;
  /** Called with what goes wrong and is tried again. @default nothing */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** How long a worker that ends waits for Redis. */
const AWAY_MS = 5000;

/** A worker that runs. */
export interface ClusterWorker {
  readonly id: string;
  /** How it is. */
  status(): WorkerStatus;
  /**
   * Takes no more jobs, finishes the current ones, and disconnects. If Redis is down, it waits up to 5
   * s; other workers then get the jobs.
   */
  close(): Promise<void>;
}

/**
 * Takes jobs of a cluster until it is closed.
 *
 * @throws EmbedLLMError `missing-dependency` without bullmq and ioredis, `io` when Redis or the storage
 * does not answer.
 */
export async function startWorker(options: StartWorkerOptions): Promise<ClusterWorker> {
  const { concurrency = 1, openEncoder = restoreEncoder, leaseMs = 30_000 } = options;
  const { memoryBytes = usualMemory(), threads, onError = () => {} } = options;
  checkInteger('concurrency', concurrency, { min: 1 });
  checkInteger('leaseMs', leaseMs, { min: 100 });
  checkInteger('memoryBytes', memoryBytes, { min: 0 });
  checkInteger('threads', threads, { min: 1, optional: true });
  // Before it takes jobs of others that could only fail.
  for await (const _ of options.storage.list('', { signal: options.signal })) break;
  await removeAbandonedFolders().catch(() => {});
  const backbone = await openBackbone(options);
  const { bullmq, redis, prefix, storage } = backbone;
  const id = randomUUID();
  const startedAt = Date.now();
  const counts = { done: 0, failed: 0, active: 0 };
  const status = (): WorkerStatus => ({
    ...{ id, host: hostname(), pid: process.pid, version: VERSION, startedAt, ...counts },
    ...{ memoryBytes, heldBytes: holder.heldBytes, parts: holder.parts },
  });

  const settings = {
    ...{ connection: redis, prefix, name: id },
    ...{ lockDuration: leaseMs, stalledInterval: leaseMs, maxStalledCount: 10 },
  };
  const encoder = new PartEncoder(storage, openEncoder);
  const encode = new bullmq.Worker(
    ENCODE_QUEUE,
    (job: Job<EncodeJob>, _token, signal) => tryJob(bullmq, () => encoder.encode(job.data, signal)),
    { ...settings, concurrency },
  );
  const reduce = new bullmq.Worker(
    REDUCE_QUEUE,
    (job: Job<ReduceJob>, _token, signal) => reduceStretch(storage, job.data, signal),
    settings,
  );
  const stepBack = steppingBack(backbone, () => importing);
  const importing: Worker = new bullmq.Worker(
    IMPORT_QUEUE,
    ({ data }: Job<ImportJob>, _token, signal) =>
      stepBack(() =>
        tryJob(bullmq, () =>
          data.kind === 'unit'
            ? importUnit(storage, data, signal)
            : mergePart(storage, data, signal),
        ),
      ),
    { ...settings, concurrency },
  );
  const sweeps = new SweepRunner(storage, threads);
  const sweep = new bullmq.Worker(
    SWEEP_QUEUE,
    ({ data }: Job<SweepJob>, _token, signal) => tryJob(bullmq, () => sweeps.run(data, signal)),
    { ...settings, concurrency },
  );
  const workers: readonly Worker[] = [encode, reduce, importing, sweep];
  const sayError = sayPlainly(onError);
  for (const worker of workers) {
    worker.on('active', () => counts.active++);
    worker.on('completed', () => {
      counts.active--;
      counts.done++;
    });
    worker.on('failed', (_job, error) => {
      counts.active = Math.max(0, counts.active - 1);
      counts.failed++;
      onError(error);
    });
    worker.on('lockRenewalFailed', (ids) => {
      for (const lost of ids) worker.cancelJob(lost, 'another worker has the job');
    });
    worker.on('error', sayError);
  }
  let closing: Promise<void> | undefined;
  const lookForOthers = watchVersions(backbone);
  const sayStatus = (): void => {
    if (closing !== undefined) return;
    writeStatus(backbone, status()).catch(onError);
    lookForOthers();
  };
  const holder = new PartHolder({
    ...{ backbone, leaseMs, memoryBytes, threads, onError: sayError },
    onChange: sayStatus,
  });

  await writeStatus(backbone, status());
  const heartbeat = setInterval(sayStatus, STATUS_MS);
  return {
    id,
    status,
    close() {
      closing ??= (async () => {
        const finished = Promise.all([...workers.map((worker) => worker.close()), holder.close()]);
        // Others get the jobs in any case.
        await notForLong(redis, finished, {
          awayMs: AWAY_MS,
          mostMs: Number.POSITIVE_INFINITY,
        });
        await sweeps.close();
        clearInterval(heartbeat);
        await notForLong(redis, removeStatus(backbone, id));
        backbone.disconnect();
      })();
      return closing;
    },
  };
}

function usualMemory(): number {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(totalmem(), limit) / 2);
}
