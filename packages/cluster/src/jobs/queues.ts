import type { Backbone } from '../connection/backbone.js';

/** Parts of texts to encode. */
export const ENCODE_QUEUE = 'encode';

/** Logs to read, and parts of them to bring together. */
export const IMPORT_QUEUE = 'import';

/** Trainings and checks of sweeps. */
export const SWEEP_QUEUE = 'sweep';

/** Leases of parts of training sets. */
export const HOLD_QUEUE = 'hold';
/** Sums over parts. */
export const REDUCE_QUEUE = 'reduce';

/** All but those of parts. */
export const QUEUES: readonly string[] = [
  ENCODE_QUEUE,
  IMPORT_QUEUE,
  SWEEP_QUEUE,
  HOLD_QUEUE,
  REDUCE_QUEUE,
];

/** Jobs of a queue. */
export interface QueueCounts {
  /** Those that are tried again later included. */
  readonly waiting: number;
  readonly active: number;
  /** Of the last day. */
  readonly failed: number;
}

/** Where the queues stand, by name. */
export async function countQueues({
  bullmq,
  redis,
  prefix,
}: Backbone): Promise<Record<string, QueueCounts>> {
  const counts: Record<string, QueueCounts> = {};
  for (const name of QUEUES) {
    const queue = new bullmq.Queue(name, { connection: redis, prefix });
    queue.on('error', () => {});
    const found = await queue.getJobCounts('waiting', 'delayed', 'active', 'failed');
    const { waiting = 0, delayed = 0, active = 0, failed = 0 } = found;
    counts[name] = { waiting: waiting + delayed, active, failed };
    await queue.close();
  }
  return counts;
}
