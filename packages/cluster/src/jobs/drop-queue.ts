import type { Backbone } from '../connection/backbone.js';

/** Removes a queue that nobody uses any more, with all that Redis has of it. */
export async function dropQueue({ bullmq, redis, prefix }: Backbone, name: string): Promise<void> {
  const queue = new bullmq.Queue(name, { connection: redis, prefix, skipMetasUpdate: true });
  queue.on('error', () => {});
  try {
    await queue.obliterate({ force: true });
  } finally {
    await queue.close();
  }
}
