import { sleep } from '@embedllm/internals';
import type { Backbone } from '../connection/backbone.js';

/** How often jobs at work are looked at. */
const LOOK_MS = 500;

/** Removes the jobs of a run that wait, and waits for those at work: what they write would be out of date. */
export async function endJobs(
  { bullmq, redis, prefix }: Backbone,
  name: string,
  run: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const queue = new bullmq.Queue(name, { connection: redis, prefix });
  queue.on('error', () => {});
  const isOwn = ({ id = '' }: { id?: string | undefined }): boolean => id.startsWith(`${run}-`);
  try {
    for (;;) {
      const waiting = await queue.getJobs(['waiting', 'delayed', 'failed']);
      // One that began meanwhile is at work.
      for (const job of waiting.filter(isOwn)) await job.remove().catch(() => {});
      const active = await queue.getJobs(['active']);
      if (!active.some(isOwn)) return;
      await sleep(LOOK_MS, signal);
    }
  } finally {
    await queue.close();
  }
}
