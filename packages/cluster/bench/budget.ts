// Three replicas of a gateway, 60 requests in flight on each, against one budget. Exits with 1 when they
// spend more than it; with Redis killed on the way, or hung, more than it and their allowances; when half
// of the decisions take a millisecond; and when requests wait longer than they may, by bare timers that
// were set at the same moment; of a thousand, one may where the processors have much else to do. Needs redis-server.
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
  /** Decisions that took 10 ms longer than the timer, */
  readonly late: number;
  /** and the most by which one did. */
  readonly excess: number;
}

interface Spent {
  readonly spent: number;
  /** Of the slowest replica. */
  readonly p50: number;
  readonly late: number;
  readonly decisions: number;
}

async function run(
  seconds: number,
  meanwhile: (redis: Awaited<ReturnType<typeof startRedis>>) => Promise<void>,
): Promise<Spent> {
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
  for (const { spent, refused, decisions, p50, p99, most, late, excess } of results) {
    const times = [p50, p99, most].map((ms) => ms.toFixed(2)).join(' / ');
    console.log(
      `  ${spent} spent, ${decisions} decisions, ${refused} refused; p50 / p99 / most ${times} ms; ${late} later than a timer of ${WAIT_MS} ms, up to ${excess.toFixed(2)} ms`,
    );
  }
  return {
    spent: results.reduce((sum, { spent }) => sum + spent, 0),
    p50: Math.max(...results.map(({ p50 }) => p50)),
    late: results.reduce((sum, { late }) => sum + late, 0),
    decisions: results.reduce((sum, { decisions }) => sum + decisions, 0),
  };
}

let failures = 0;
function check(isRight: boolean, what: string): void {
  if (!isRight) failures++;
  console.log(`  ${isRight ? 'ok' : 'FAILED'}: ${what}`);
}
console.log(`A budget of ${LIMIT}`);
const { spent, p50 } = await run(600, async () => {});
check(spent <= LIMIT, `${spent} spent in all, ${((100 * spent) / LIMIT).toFixed(2)}%`);
check(p50 < 1, `half of the decisions take up to ${p50.toFixed(3)} ms`);

for (const what of ['killed', 'hung'] as const) {
  console.log(`Redis ${what} after one second, for good`);
  const most = LIMIT * (1 + REPLICAS * OUTAGE_SHARE);
  const without = await run(8, async (redis) => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (what === 'killed') await redis.kill();
    else if (redis.pid !== undefined) process.kill(redis.pid, 'SIGSTOP');
  });
  check(without.spent <= most, `${without.spent} spent in all, of ${most} at most`);
  const { late, decisions } = without;
  check(1000 * late <= decisions, `${late} of ${decisions} wait longer than ${WAIT_MS} ms`);
}
process.exit(failures === 0 ? 0 : 1);
