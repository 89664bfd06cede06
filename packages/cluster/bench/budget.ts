// Three replicas of a gateway, 60 requests in flight on each, against one budget. Exits with 1 when they
// spend more than it; with Redis killed on the way, more than it and their allowances. Prints how long
// decisions took. Needs redis-server.
import { fileURLToPath } from 'node:url';
import { startRedis } from '@embedllm/cluster/testing';
import { type SpawnedProcess, spawnProcess } from '../test/support/spawn-worker.js';

const REPLICAS = 3;
const LIMIT = 10_000_000;
const WAIT_MS = 50;
const OUTAGE_SHARE = 0.001;
const script = fileURLToPath(new URL('support/replica.ts', import.meta.url));

interface Result {
  readonly spent: number;
  readonly refused: number;
  readonly decisions: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

async function run(
  seconds: number,
  meanwhile: (redis: Awaited<ReturnType<typeof startRedis>>) => Promise<void>,
): Promise<number> {
  const redis = await startRedis();
  const settings = { redis: redis.url, limit: LIMIT, waitMs: WAIT_MS, outageShare: OUTAGE_SHARE };
  const env = { REPLICA: JSON.stringify({ ...settings, seconds }) };
  const replicas: SpawnedProcess[] = [];
  for (let index = 0; index < REPLICAS; index++) {
    replicas.push(spawnProcess(['--import', 'tsx', script], env));
  }
  await Promise.all(replicas.map((replica) => replica.printed('ready')));
  await meanwhile(redis);
  const results: Result[] = [];
  for (const replica of replicas) {
    results.push(JSON.parse(await replica.value('result')));
    await replica.gone();
  }
  await redis.stop();
  for (const { spent, refused, decisions, p50, p99, most } of results) {
    const times = [p50, p99, most].map((ms) => ms.toFixed(2)).join(' / ');
    console.log(
      `  ${spent} spent, ${decisions} decisions, ${refused} refused; p50 / p99 / most ${times} ms`,
    );
  }
  return results.reduce((sum, { spent }) => sum + spent, 0);
}

let isRight = true;
console.log(`A budget of ${LIMIT}`);
const spent = await run(600, async () => {});
console.log(`  ${spent} spent in all, ${((100 * spent) / LIMIT).toFixed(2)}%`);
isRight &&= spent <= LIMIT;

console.log('Redis killed after one second, for good');
const most = LIMIT * (1 + REPLICAS * OUTAGE_SHARE);
const without = await run(8, async (redis) => {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await redis.kill();
});
console.log(`  ${without} spent in all, of ${most} at most; a request waits up to ${WAIT_MS} ms`);
isRight &&= without <= most;
console.log(isRight ? 'Never above.' : 'FAILED: more was spent.');
process.exit(isRight ? 0 : 1);
