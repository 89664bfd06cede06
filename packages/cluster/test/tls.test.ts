import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster, startWorker } from '@embedllm/cluster';
import { openReplicaStores } from '@embedllm/cluster/gateway';
import { openObjectStore } from '@embedllm/cluster/storage';
import { startRedis } from '@embedllm/cluster/testing';
import { createHashingEncoder, encoderRecord } from '@embedllm/question-encoder';
import { expect, it } from 'vitest';
import { hasRedis } from './support/spawn-worker.js';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

it.skipIf(!hasRedis || !hasOpenssl)(
  'works over TLS with a password, and only with both',
  async () => {
    const redis = await startRedis({ tls: true, password: 'of the test' });
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-tls-'));
    const storage = await openObjectStore(folder);
    try {
      const place = { redis: redis.url, tls: { ca: redis.ca }, storage };
      const cluster = await connectCluster(place);
      const worker = await startWorker(place);
      await storage.put('texts/a.jsonl', Buffer.from('{"prompt":"one"}\n'));
      const encoder = encoderRecord(createHashingEncoder({ dimensions: 8 }));
      const { rows } = await cluster.encode({ texts: 'texts/', output: 'vectors/', encoder });
      expect(rows).toBe(1);
      await worker.close();
      await cluster.close();
      const stores = await openReplicaStores({
        redis: redis.url,
        tls: { ca: redis.ca },
        waitMs: 3000,
      });
      await stores.sessionStore.keep('s', 'text', { idleMs: 60_000, most: 10 });
      expect(await stores.sessionStore.find('s')).toBe('text');
      await stores.close();
      await expect(connectCluster({ redis: redis.url, storage })).rejects.toThrow(
        /cannot be reached: .*self.signed/,
      );
      const without = redis.url.replace(/:[^/@]*@/, '');
      await expect(connectCluster({ ...place, redis: without })).rejects.toThrow(
        /rejected the password/,
      );
    } finally {
      await redis.stop();
      await rm(folder, { recursive: true });
    }
  },
);
