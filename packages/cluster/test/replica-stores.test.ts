import { openReplicaStores, type ReplicaStores } from '@embedllm/cluster/gateway';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import type { AnswerOutcome, AnswerRecord, CircuitNews } from '@embedllm/gateway';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from './support/spawn-worker.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!hasRedis)('what replicas of a gateway share', () => {
  let redis: RedisServer;
  let names = 0;
  const open: ReplicaStores[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((stores) => stores.close()));
  });
  afterAll(() => redis?.stop());

  const replicas = async (count: number, name = `test-${names++}`): Promise<ReplicaStores[]> => {
    // A busy machine is no outage.
    const settings = { redis: redis.url, name, waitMs: 3000 };
    const opened = await Promise.all(
      Array.from({ length: count }, () => openReplicaStores(settings)),
    );
    open.push(...opened);
    return opened;
  };
  const three = async () => (await replicas(3)) as [ReplicaStores, ReplicaStores, ReplicaStores];

  it('finds a session that another replica kept, until its time has passed', async () => {
    const [{ sessionStore: one }, { sessionStore: other }] = await three();
    expect(await other.find('s')).toBeUndefined();
    await one.keep('s', 'text', { idleMs: 60_000, most: 10 });
    expect(await other.find('s')).toBe('text');
    await other.keep('s', 'new', { idleMs: 1, most: 10 });
    await pause(20);
    expect(await one.find('s')).toBeUndefined();
  });

  it('answers a request once, whichever replicas it comes to', async () => {
    const [{ answerStore: one }, { answerStore: other }, { answerStore: third }] = await three();
    const claim = { name: 'key', fingerprint: 'f', maxAgeMs: 60_000, maxBytes: 1e6 };
    const claims = await Promise.all([one.claim(claim), pause(200).then(() => 'waits')]);
    const [first] = claims;
    if (first.state !== 'claimed') throw new Error('nobody else claims it');
    const waiting = [other.claim(claim), third.claim(claim)];
    expect(await other.claim({ ...claim, fingerprint: 'g' })).toEqual({ state: 'different' });
    const record: AnswerRecord = {
      status: 200,
      headers: [['content-type', 'text/plain']],
      pieces: [Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(255)],
    };
    await one.finish(first.id, record);
    await one.finish(first.id, undefined);
    for (const answer of await Promise.all(waiting)) {
      expect(answer).toEqual({ state: 'answered', record });
    }
    // What is not kept is claimed by one of those who wait.
    const next = { ...claim, name: 'other' };
    const begun = await one.claim(next);
    if (begun.state !== 'claimed') throw new Error('nobody else claims it');
    const others = Promise.race([other.claim(next), third.claim(next)]);
    await one.finish(begun.id, undefined);
    expect(await others).toMatchObject({ state: 'claimed' });
  });

  it('makes room for answers by the oldest', async () => {
    const [{ answerStore: one }, { answerStore: other }] = await three();
    for (let index = 0; index < 5; index++) {
      const claim = { name: `a${index}`, fingerprint: 'f', maxAgeMs: 60_000, maxBytes: 8000 };
      const claimed = await one.claim(claim);
      if (claimed.state !== 'claimed') throw new Error('nobody else claims it');
      const pieces = [new Uint8Array(1500)];
      await one.finish(claimed.id, { status: 200, headers: [], pieces });
      await pause(2);
    }
    const claim = { fingerprint: 'f', maxAgeMs: 60_000, maxBytes: 8000 };
    expect(await other.claim({ ...claim, name: 'a4' })).toMatchObject({ state: 'answered' });
    expect(await other.claim({ ...claim, name: 'a0' })).toMatchObject({ state: 'claimed' });
  });

  it('locks an address out on all replicas, but for keys that were right there', async () => {
    const [{ lockoutStore: one }, { lockoutStore: other }, { lockoutStore: third }] = await three();
    const settings = {
      ...{ wrongKeys: 3, windowMs: 60_000, lockMs: 60_000, addressHeader: undefined },
    };
    expect(await third.admit('10.0.0.1', 'app')).toBe(0);
    expect(await one.noteWrong('10.0.0.1', 'a', settings)).toEqual({ lockedMs: 0, isFirst: false });
    await other.noteWrong('10.0.0.1', 'a', settings);
    await other.noteWrong('10.0.0.1', 'b', settings);
    expect(await third.noteWrong('10.0.0.1', 'c', settings)).toEqual({
      ...{ lockedMs: 60_000, isFirst: true },
    });
    expect((await one.noteWrong('10.0.0.1', 'd', settings)).isFirst).toBe(false);
    expect(await one.admit('10.0.0.1', 'app')).toBe(0);
    expect(await one.admit('10.0.0.1', 'new')).toBeGreaterThan(50_000);
    expect(await one.admit('10.0.0.2', 'new')).toBe(0);
  });

  it('tells of circuits, and lets others try what one found open', async () => {
    const name = `circuits-${names++}`;
    const [one, other] = (await replicas(2, name)) as [ReplicaStores, ReplicaStores];
    const heard: CircuitNews[] = [];
    const own: CircuitNews[] = [];
    other.circuitStore.join((news) => heard.push(news));
    const member = one.circuitStore.join((news) => own.push(news));
    const here: CircuitNews[] = [];
    one.circuitStore.join((news) => here.push(news));
    const of = { upstream: 'u', model: 'm' };
    member.tell({ ...of, state: 'open', forMs: 5000 });
    member.tell({ ...of, state: 'resting', forMs: 60_000 });
    // What it finds when it comes may be what it was told meanwhile.
    const states = () => new Set(heard.map(({ state }) => state));
    await expect.poll(states).toEqual(new Set(['half-open', 'resting']));
    expect(heard.find(({ state }) => state === 'resting')?.forMs).toBeGreaterThan(50_000);
    // Another process of the same replica goes by it.
    expect(here).toMatchObject([{ state: 'open' }, { state: 'resting' }]);
    expect(own).toEqual([]);
    // A replica that comes later hears what lasts.
    const [late] = (await replicas(1, name)) as [ReplicaStores];
    const caughtUp: CircuitNews[] = [];
    late.circuitStore.join((news) => caughtUp.push(news));
    await expect
      .poll(() => caughtUp.find(({ state }) => state === 'resting')?.forMs)
      .toBeGreaterThan(50_000);
    member.tell({ ...of, state: 'closed', forMs: 0 });
    await expect.poll(() => heard.at(-1)?.state).toBe('closed');
  });

  it('gives outcomes to all in one order, from the first on', async () => {
    const name = `outcomes-${names++}`;
    const all = await replicas(3, name);
    const heard = all.map((): string[] => []);
    const ends = all.map(({ outcomeStream }, index) =>
      outcomeStream.subscribe(({ id }) => heard[index]?.push(id)),
    );
    const outcomeOf = (id: string): AnswerOutcome => ({
      ...{ id, outcome: 1, source: 'app', client: 'c', model: 'm', promptId: 'p' },
    });
    await Promise.all(
      all.flatMap(({ outcomeStream }, replica) =>
        Array.from({ length: 20 }, (_, index) =>
          outcomeStream.publish(outcomeOf(`${replica}-${index}`)),
        ),
      ),
    );
    await expect.poll(() => heard.map(({ length }) => length)).toEqual([60, 60, 60]);
    expect(heard[1]).toEqual(heard[0]);
    expect(heard[2]).toEqual(heard[0]);
    ends[0]?.();
    const again: string[] = [];
    all[0]?.outcomeStream.subscribe(({ id }) => again.push(id));
    await expect.poll(() => again.length).toBe(60);
    expect(again).toEqual(heard[1]);
  });

  it('tells the others what a replica serves', async () => {
    const [one, other, third] = await three();
    const heard: string[] = [];
    for (const { notices } of [one, other, third]) {
      notices.listen((version) => heard.push(version));
    }
    // Until all listen.
    await pause(100);
    one.notices.tell('v2');
    await expect.poll(() => heard).toEqual(['v2', 'v2']);
  });

  it('keeps working while Redis is away, and catches up', async () => {
    const outages: boolean[] = [];
    const own = await startRedis();
    const settings = {
      ...{ redis: own.url, name: 'away', waitMs: 300 },
      onOutage: ({ isAway }: { isAway: boolean }) => void outages.push(isAway),
    };
    const stores = await openReplicaStores(settings);
    const { sessionStore, lockoutStore, answerStore, outcomeStream, circuitStore } = stores;
    const heard: string[] = [];
    outcomeStream.subscribe(({ id }) => heard.push(id));
    await sessionStore.keep('s', 'text', { idleMs: 60_000, most: 10 });
    await own.kill();
    await sessionStore.keep('s', 'later', { idleMs: 60_000, most: 10 });
    expect(await sessionStore.find('s')).toBe('later');
    expect(outages).toEqual([true]);
    const lockout = { windowMs: 60_000, lockMs: 60_000, addressHeader: undefined };
    for (const key of ['a', 'b'])
      await lockoutStore.noteWrong('x', key, { ...lockout, wrongKeys: 2 });
    expect(await lockoutStore.admit('x', 'app')).toBeGreaterThan(0);
    const claim = { name: 'n', fingerprint: 'f', maxAgeMs: 1000, maxBytes: 1000 };
    await expect(answerStore.claim(claim)).rejects.toThrow('Redis');
    circuitStore.join(() => {}).tell({ upstream: 'u', model: 'm', state: 'closed', forMs: 0 });
    const outcome = { outcome: 1, source: 'app', client: 'c', model: 'm', promptId: 'p' } as const;
    await outcomeStream.publish({ ...outcome, id: '1' });
    await outcomeStream.publish({ ...outcome, id: '2' });
    for (let index = 2; index < 1000; index++) await outcomeStream.publish({ ...outcome, id: 'x' });
    await expect(outcomeStream.publish({ ...outcome, id: 'y' })).rejects.toThrow(
      '1000 outcomes are already waiting',
    );
    await own.restart();
    await expect.poll(() => heard.length).toBe(1000);
    expect(heard.slice(0, 2)).toEqual(['1', '2']);
    expect(await answerStore.claim(claim)).toMatchObject({ state: 'claimed' });
    await stores.close();
    await own.stop();
  });
});
