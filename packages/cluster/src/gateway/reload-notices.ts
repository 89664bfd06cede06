import { randomUUID } from 'node:crypto';
import type { RedisChannel } from './redis-channel.js';
import type { RedisLink } from './redis-link.js';

/** Tells replicas that there is something new to serve. */
export interface ReloadNotices {
  /** Tells the others what this replica serves now. Nobody waits for it. */
  tell(version: string): void;
  /** Calls a function with what others serve. @returns what ends that. */
  listen(hear: (version: string) => void): () => void;
}

/** Notices over a channel of Redis. */
export function redisReloadNotices(
  link: RedisLink,
  channel: RedisChannel,
  name: string,
): ReloadNotices {
  const from = randomUUID();
  const topic = `${name}:reloads`;
  return {
    tell(version) {
      const text = JSON.stringify({ from, version });
      link.call((redis) => redis.publish(topic, text)).catch(() => {});
    },
    listen: (hear) =>
      channel.listen(topic, (text) => {
        const notice: { from: string; version: string } = JSON.parse(text);
        if (notice.from !== from) hear(notice.version);
      }),
  };
}
