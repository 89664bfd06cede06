import { openRedisLimitStore, type RedisLimitStore } from '@embedllm/cluster/gateway';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import { createGateway, type LimitClaim, parseGatewayConfiguration } from '@embedllm/gateway';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeLimitStore } from '../../gateway/test/limit-store-contract.js';
import { hasRedis } from './support/spawn-worker.js';

describe.skipIf(!hasRedis)('limits that replicas share', () => {
  let redis: RedisServer;
  let stores = 0;
  const open: RedisLimitStore[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });
  afterAll(() => redis?.stop());

  describeLimitStore('one replica', (options) =>
    openRedisLimitStore({ redis: redis.url, name: `contract-${stores++}`, ...options }),
  );

  const replicas = async (name: string, count: number, options: object = {}) => {
    const opened = await Promise.all(
      Array.from({ length: count }, () =>
        // A busy machine is no outage.
        openRedisLimitStore({ redis: redis.url, name, waitMs: 5000, ...options }),
      ),
    );
    open.push(...opened);
    return opened;
  };
  const claim: Omit<LimitClaim, 'amount'> = {
    name: 'app/dollars',
    window: 'month',
    limit: 200_000,
  };

  /** Requests of up to 1,000 each, 60 at a time, until three in a row are refused. */
  async function spend(store: RedisLimitStore, prefix: string): Promise<number> {
    let spent = 0;
    const lane = async (number: number): Promise<void> => {
      let refused = 0;
      for (let index = 0; refused < 3; index++) {
        const id = `${prefix}-${number}-${index}`;
        const { isReserved } = await store.reserve({ id, claims: [{ ...claim, amount: 1000 }] });
        if (!isReserved) {
          refused++;
          continue;
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
        const used = 400 + ((index * 37) % 600);
        spent += used;
        await store.settle({ id, amounts: [used] });
      }
    };
    await Promise.all(Array.from({ length: 60 }, (_, number) => lane(number)));
    return spent;
  }

  it('never spends more than the budget, with 180 requests in flight on three replicas', async () => {
    const stores = await replicas('budget', 3);
    const spent = await Promise.all(stores.map((store, index) => spend(store, String(index))));
    const total = spent.reduce((sum, part) => sum + part);
    expect(total).toBeLessThanOrEqual(claim.limit);
    // Nearly all of it: what is left is in the hands of replicas, which give it back.
    expect(total).toBeGreaterThan(0.95 * claim.limit);
    await Promise.all(open.splice(0).map((store) => store.close()));
    const [next] = await replicas('budget', 1);
    expect(await next?.read([claim])).toMatchObject([{ used: total, reserved: 0 }]);
  });

  it('counts what a replica that was killed had in hand as set aside', async () => {
    const [killed, other] = await replicas('killed', 2);
    await killed?.reserve({ id: 'a', claims: [{ ...claim, amount: 5000 }] });
    const [count] = (await other?.read([claim])) ?? [];
    expect(count?.used).toBe(0);
    expect(count?.reserved).toBeGreaterThanOrEqual(5000);
  });

  it('spends an allowance while Redis is away, says so, and waits for nothing', async () => {
    const outages: boolean[] = [];
    const [store, other] = await replicas('away', 2, {
      ...{ outageShare: 0.01, waitMs: 200 },
      onOutage: ({ isAway }: { isAway: boolean }) => void outages.push(isAway),
    });
    if (!store || !other) return;
    const take = async (from: RedisLimitStore, id: string, amount: number) => {
      const { isReserved } = await from.reserve({ id, claims: [{ ...claim, amount }] });
      expect(isReserved).toBe(true);
    };
    await take(other, 'a', 150_000);
    await take(store, 'b', 500);
    // All that is left, after the store last looked, but for what it has in hand.
    await store.settle({ id: 'b', amounts: [500] });
    const [stand] = await store.read([claim]);
    const rest = claim.limit - (stand?.used ?? 0) - (stand?.reserved ?? 0);
    await take(other, 'c', rest - 4000);
    await redis.kill();
    let spent = 0;
    for (let index = 0; ; index++) {
      const id = `away-${index}`;
      const reserved = store.reserve({ id, claims: [{ ...claim, amount: 500 }] });
      const isReserved = await reserved.then(
        (decision) => decision.isReserved,
        (error) => {
          expect(error.message).toMatch(/^Redis does not answer, and app\/dollars has used up/);
          return false;
        },
      );
      if (!isReserved) break;
      spent += 500;
      await store.settle({ id, amounts: [500] });
    }
    expect(store.isAway).toBe(true);
    // What it had in hand, and the allowance.
    expect(spent).toBeGreaterThanOrEqual(0.01 * claim.limit);
    expect(spent).toBeLessThanOrEqual(4000 + 0.01 * claim.limit);
    await redis.restart();
    // What was spent beyond the limit is on the account.
    const used = async () => (await other.read([claim]))[0]?.used;
    await expect.poll(used).toBe(500 + spent);
    expect(store.isAway).toBe(false);
    expect(outages.slice(0, 1)).toEqual([true]);
    expect(outages.at(-1)).toBe(false);
  });

  it('holds for the requests of three gateways together', async () => {
    const key = 'key-of-the-client-0123456789';
    const configuration = parseGatewayConfiguration(
      {
        upstreams: { local: { baseURL: 'http://upstream/v1' } },
        models: { a: { upstream: 'local' } },
        authentication: { keys: [{ name: 'app', env: 'KEY', limits: { requests: { day: 20 } } }] },
      },
      { environment: { KEY: key } },
    );
    const message = { role: 'assistant', content: 'well' };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    const answer = { id: 'c', object: 'chat.completion', created: 0, model: 'a', choices };
    let calls = 0;
    const gateways = (await replicas('gateways', 3)).map((limitStore) =>
      createGateway({
        ...{ configuration, limitStore },
        transport: () => async () => {
          calls++;
          return Response.json(answer);
        },
      }),
    );
    const body = JSON.stringify({ model: 'a', messages: [{ role: 'user', content: 'hello' }] });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const statuses = await Promise.all(
      Array.from({ length: 180 }, async (_, index) => {
        const request = { method: 'POST', body, headers };
        const url = 'http://gateway/v1/chat/completions';
        const response = await gateways[index % 3]?.fetch(new Request(url, request));
        await response?.text();
        return response?.status;
      }),
    );
    expect(calls).toBe(20);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });

  it('restores a counter that Redis lost from what replicas saw of it', async () => {
    const [store] = await replicas('lost', 1);
    await store?.reserve({ id: 'a', claims: [{ ...claim, amount: 120_000 }] });
    const { Redis } = await import('ioredis');
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    const refused = await store?.reserve({ id: 'b', claims: [{ ...claim, amount: 90_000 }] });
    expect(refused?.isReserved).toBe(false);
  });
});
