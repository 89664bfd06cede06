import type { SecureContextOptions } from 'node:tls';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import type { Redis } from 'ioredis';
import { loadPeer } from '../load-peer.js';

/** Where Redis or Valkey is. */
export interface RedisSettings {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. */
  readonly redis: string;
  /** Certificates of TLS: `ca` of a private authority, `cert` and `key` of this client. */
  readonly tls?: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> | undefined;
}

/** How long the first connection may take. */
const CONNECT_MS = 10_000;

/**
 * Connects, and connects again whenever the connection is lost.
 *
 * @throws EmbedLLMError `invalid-argument` for an address of another kind, `missing-dependency`
 * without ioredis, `io` when nothing answers; the signal's reason.
 */
export async function connectRedis({
  redis,
  tls,
  isQueued = true,
  signal,
}: RedisSettings & {
  readonly signal?: AbortSignal | undefined;
  /** Whether commands wait for a lost connection, rather than fail. @default true */
  readonly isQueued?: boolean | undefined;
}): Promise<Redis> {
  if (!/^rediss?:\/\//.test(redis)) {
    throw new EmbedLLMError(
      `${JSON.stringify(withoutSecret(redis))} is not a Redis address. Use redis://host:6379, or rediss:// for TLS.`,
      { code: 'invalid-argument' },
    );
  }
  const { Redis } = await loadPeer('ioredis', 'Redis', () => import('ioredis'));
  signal?.throwIfAborted();
  const client = new Redis(redis, {
    ...{ lazyConnect: true, connectTimeout: CONNECT_MS },
    maxRetriesPerRequest: isQueued ? null : 0,
    ...(!isQueued && { enableOfflineQueue: false, autoResendUnfulfilledCommands: false }),
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 1000),
    ...(tls && { tls }),
  });
  // Without a listener each lost connection is printed; commands wait for the next one.
  let last: unknown;
  client.on('error', (error) => {
    last = error;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), CONNECT_MS);
  });
  const stop = (): void => client.disconnect();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    await Promise.race([client.ping(), late]);
    return client;
  } catch (cause) {
    client.disconnect();
    signal?.throwIfAborted();
    const reason = reasonOf(last ?? cause).replace(/\.+$/, '');
    const address = withoutSecret(redis);
    const text = /\b(NOAUTH|WRONGPASS)\b/.test(reason)
      ? `Redis at ${address} rejected the password. Put the user and password in the address, as in redis://user:password@host:6379, with special characters encoded (%40 for @).`
      : `Redis at ${address} cannot be reached: ${reason}.`;
    throw new EmbedLLMError(text, { code: 'io', cause });
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(timer);
  }
}

/** An address as it may be printed. */
function withoutSecret(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//');
}
