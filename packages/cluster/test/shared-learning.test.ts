import { openReplicaStores, type ReplicaStores } from '@embedllm/cluster/gateway';
import { type RedisServer, startRedis } from '@embedllm/cluster/testing';
import { type AnswerOutcome, createGateway, parseGatewayConfiguration } from '@embedllm/gateway';
import { Learner } from '@embedllm/router/learning';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleRouter } from '../../gateway/test/sample-router.js';
import { hasRedis } from './support/spawn-worker.js';

const MODELS = ['first', 'second'];
const REPLICAS = 3;
const OUTCOMES = 40;

describe.skipIf(!hasRedis)('replicas that learn from outcomes', () => {
  let redis: RedisServer;
  const stores: ReplicaStores[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    for (let index = 0; index < REPLICAS; index++) {
      stores.push(await openReplicaStores({ redis: redis.url, name: 'learning', waitMs: 3000 }));
    }
  });
  afterAll(async () => {
    await Promise.all(stores.map((each) => each.close()));
    await redis?.stop();
  });

  it('come to the same state, whoever took which outcome, also after a reload', async () => {
    const configuration = parseGatewayConfiguration(
      {
        upstreams: { local: { baseURL: 'http://upstream/v1' } },
        models: { first: { upstream: 'local' }, second: { upstream: 'local' } },
        authentication: { allowAnonymous: true },
      },
      { environment: {} },
    );
    const contents = () => {
      const router = sampleRouter(MODELS);
      return { configuration, router, learner: new Learner(router) };
    };
    const learners: Learner[] = [];
    const gateways = stores.map(({ outcomeStream }) => {
      const content = contents();
      learners.push(content.learner);
      return createGateway({ ...content, outcomeStream });
    });
    const outcomeOf = (replica: number, index: number): AnswerOutcome => ({
      ...{ id: `${replica}-${index}`, source: 'app', client: 'c', promptId: 'p' },
      ...{ model: MODELS[(replica + index) % 2] ?? '', question: `What is ${index}?` },
      outcome: ((index * 7 + replica) % 10) / 10,
    });
    await Promise.all(
      stores.flatMap(({ outcomeStream }, replica) =>
        Array.from({ length: OUTCOMES }, (_, index) =>
          outcomeStream.publish(outcomeOf(replica, index)),
        ),
      ),
    );
    const learned = async (index: number): Promise<number> => {
      const text = (await gateways[index]?.metrics()) ?? '';
      const counts = text.matchAll(/^embedllm_gateway_learnt_outcomes_total\{.*\} (\d+)$/gm);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const all = REPLICAS * OUTCOMES;
    for (const index of gateways.keys()) await expect.poll(() => learned(index)).toBe(all);
    const [state] = learners.map((learner) => learner.toJSON());
    expect(state).not.toEqual(new Learner(sampleRouter(MODELS)).toJSON());
    for (const learner of learners) expect(learner.toJSON()).toEqual(state);
    // The learner of a new router learns all of it again.
    const next = contents();
    gateways[0]?.replace(next);
    await expect.poll(() => learned(0)).toBe(2 * all);
    expect(next.learner.toJSON()).toEqual(state);
  });
});
