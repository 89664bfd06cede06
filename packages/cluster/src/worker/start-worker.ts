import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, reasonOf } from '@embedllm/internals';
import { restoreEncoder } from '@embedllm/question-encoder';
import type { Job } from 'bullmq';
import { type ClusterSettings, openBackbone, VERSION } from '../connection/backbone.js';
import { type EncodeJob, type OpenEncoder, PartEncoder } from '../encode/encode-part.js';
import { ENCODE_QUEUE } from '../jobs/queues.js';
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
   * Milliseconds after which the work of a worker that is silent goes to another one. Renewed at half
   * of it, while nothing keeps the process from doing so: longer than any batch or tile takes.
   *
   * @default 30,000
   */
  readonly leaseMs?: number | undefined;
  /** Called with what goes wrong and is tried again. @default nothing */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A worker that runs. */
export interface ClusterWorker {
  readonly id: string;
  /** How it is. */
  status(): WorkerStatus;
  /** Takes no further job, finishes those at work, and disconnects. */
  close(): Promise<void>;
}

/**
 * Takes jobs of a cluster until it is closed.
 *
 * @throws EmbedLLMError `missing-dependency` without bullmq and ioredis, `io` when Redis does not
 * answer.
 */
export async function startWorker(options: StartWorkerOptions): Promise<ClusterWorker> {
  const { concurrency = 1, openEncoder = restoreEncoder, leaseMs = 30_000, onError } = options;
  checkInteger('concurrency', concurrency, { min: 1 });
  checkInteger('leaseMs', leaseMs, { min: 100 });
  const backbone = await openBackbone(options);
  const { bullmq, redis, prefix, storage } = backbone;
  const id = randomUUID();
  const startedAt = Date.now();
  const counts = { done: 0, failed: 0, active: 0 };
  const status = (): WorkerStatus => ({
    ...{ id, host: hostname(), pid: process.pid, version: VERSION, startedAt, ...counts },
    ...{ memoryBytes: 0, heldBytes: 0, parts: [] },
  });

  const encoder = new PartEncoder(storage, openEncoder);
  const encode = new bullmq.Worker(
    ENCODE_QUEUE,
    (job: Job<EncodeJob>, _token, signal) =>
      attempt(bullmq, () => encoder.encode(job.data, signal)),
    {
      ...{ connection: redis, prefix, concurrency, name: id },
      ...{ lockDuration: leaseMs, stalledInterval: leaseMs, maxStalledCount: 10 },
    },
  );
  encode.on('active', () => counts.active++);
  encode.on('completed', () => {
    counts.active--;
    counts.done++;
  });
  encode.on('failed', (_job, error) => {
    counts.active = Math.max(0, counts.active - 1);
    counts.failed++;
    onError?.(error);
  });
  encode.on('lockRenewalFailed', (ids) => {
    for (const lost of ids) encode.cancelJob(lost, 'another worker has the job');
  });
  encode.on('error', (error) => onError?.(error));

  await writeStatus(backbone, status());
  const heartbeat = setInterval(() => {
    writeStatus(backbone, status()).catch((error: Error) => onError?.(error));
  }, STATUS_MS);
  let closing: Promise<void> | undefined;
  return {
    id,
    status,
    close() {
      closing ??= (async () => {
        await encode.close();
        clearInterval(heartbeat);
        await removeStatus(backbone, id);
        redis.disconnect();
      })();
      return closing;
    },
  };
}

/** What the input is at fault for is not tried again. */
async function attempt<T>(
  { UnrecoverableError }: { UnrecoverableError: new (message: string) => Error },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFinal =
      error instanceof EmbedLLMError && !['io', 'http', 'timeout'].includes(error.code);
    if (isFinal) throw new UnrecoverableError(reasonOf(error));
    throw error;
  }
}
