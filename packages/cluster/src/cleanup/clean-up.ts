import { checkNumber } from '@embedllm/internals';
import type { Job } from 'bullmq';
import type { Backbone } from '../connection/backbone.js';
import { scanKeys } from '../connection/scan-keys.js';
import { dropQueue } from '../jobs/drop-queue.js';
import { QUEUES } from '../jobs/queues.js';
import { isCoordinated, listCoordinated } from '../jobs/run-lease.js';
import { trainingFolder } from '../train/training-jobs.js';
import { type AbandonedRun, findAbandoned } from './abandoned-runs.js';

/** What `Cluster.cleanUp` takes. */
export interface CleanUpOptions {
  /** Runs of which nothing was written for this time, in milliseconds, from 0. @default 7 days */
  readonly olderThanMs?: number | undefined;
  /** Only say what would be removed. @default false */
  readonly isDryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `Cluster.cleanUp` removed, or would remove. */
export interface CleanedUp {
  /** The one written last comes last. */
  readonly runs: readonly AbandonedRun[];
  /** Jobs that waited in Redis, and such that failed. */
  readonly jobs: number;
  /** Queues in Redis of parts of trainings. */
  readonly queues: number;
}

const DAY_MS = 24 * 3_600_000;

/** Removes what runs left that nobody works on. */
export async function cleanUp(backbone: Backbone, options: CleanUpOptions): Promise<CleanedUp> {
  const { olderThanMs = 7 * DAY_MS, isDryRun = false, signal } = options;
  checkNumber('olderThanMs', olderThanMs, { min: 0 });
  const before = Date.now() - olderThanMs;
  const found = await findAbandoned(backbone, before, signal);
  if (!isDryRun) {
    for (const { keys } of found) {
      for (const key of keys) await backbone.storage.delete(key, { signal });
    }
  }
  return {
    runs: found.map(({ keys: _, ...run }) => run),
    jobs: await removeJobs(backbone, before, isDryRun),
    queues: await removeQueues(backbone, new Set(found.map(({ folder }) => folder)), isDryRun),
  };
}

/** Of all queues, but those of runs that someone coordinates: their ids begin with the run's. */
async function removeJobs(backbone: Backbone, before: number, isDryRun: boolean): Promise<number> {
  const { bullmq, redis, prefix } = backbone;
  const coordinated = await listCoordinated(backbone);
  const starts = coordinated.flatMap(({ folder, run }) => [
    `${run}-`,
    `${folder.split('/').at(-2)}-`,
  ]);
  const isLeft = ({ id = '', timestamp }: Job): boolean =>
    timestamp < before && !starts.some((start) => id.startsWith(start));
  let count = 0;
  for (const name of QUEUES) {
    const queue = new bullmq.Queue(name, { connection: redis, prefix });
    queue.on('error', () => {});
    const jobs = await queue.getJobs(['waiting', 'delayed', 'failed']);
    for (const job of jobs.filter(isLeft)) {
      // One that began meanwhile stays.
      if (isDryRun || (await queue.remove(job.id ?? '')) === 1) count++;
    }
    await queue.close();
  }
  return count;
}

/** Of parts of trainings that are gone, of all versions. */
async function removeQueues(
  backbone: Backbone,
  removed: ReadonlySet<string>,
  isDryRun: boolean,
): Promise<number> {
  const { redis, name, storage } = backbone;
  let count = 0;
  for (const key of await scanKeys(redis, `${name}:*:part-*:meta`)) {
    const [, prefix = '', queue = '', training = ''] = PART_QUEUE.exec(key) ?? [];
    if (prefix === '') continue;
    const folder = trainingFolder(training);
    const isGone =
      removed.has(folder) || (await storage.size(`${folder}models.json`)) === undefined;
    if (!isGone || (await isCoordinated(backbone, folder))) continue;
    if (!isDryRun) await dropQueue({ ...backbone, prefix }, queue);
    count++;
  }
  return count;
}

const PART_QUEUE = /^(.+):(part-([\w-]+)-\d+):meta$/;
