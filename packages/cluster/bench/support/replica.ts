// A replica of a gateway that does nothing but decide: 60 requests in flight until the budget is spent,
// or for some seconds at some rate. Settings come as JSON in REPLICA; prints what it spent and how long
// decisions took.
import { openRedisLimitStore } from '@embedllm/cluster/gateway';
import type { LimitClaim } from '@embedllm/gateway';

const { redis, limit, waitMs, outageShare, seconds } = JSON.parse(process.env.REPLICA ?? '{}');
const store = await openRedisLimitStore({ redis, name: 'bench', waitMs, outageShare });
const claim: Omit<LimitClaim, 'amount'> = { name: 'app/dollars', window: 'month', limit };
const times: number[] = [];
let spent = 0;
let refused = 0;
let requests = 0;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function request(): Promise<boolean> {
  const id = String(requests++);
  const amount = 1000;
  const started = performance.now();
  const isReserved = await store.reserve({ id, claims: [{ ...claim, amount }] }).then(
    (decision) => decision.isReserved,
    () => false,
  );
  times.push(performance.now() - started);
  if (!isReserved) {
    refused++;
    return false;
  }
  await pause(5 + (requests % 40));
  const used = 400 + ((requests * 37) % 600);
  spent += used;
  await store.settle({ id, amounts: [used] });
  return true;
}

console.log('ready');
const end = performance.now() + 1000 * seconds;
await Promise.all(
  Array.from({ length: 60 }, async () => {
    let refusals = 0;
    while (performance.now() < end && refusals < (seconds > 100 ? 3 : Number.POSITIVE_INFINITY)) {
      if (!(await request())) {
        refusals++;
        await pause(20);
      }
    }
  }),
);
times.sort((a, b) => a - b);
const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? 0;
const quantiles = { p50: at(0.5), p99: at(0.99), most: at(1) };
console.log(`result ${JSON.stringify({ spent, refused, decisions: times.length, ...quantiles })}`);
await store.close().catch(() => {});
process.exit(0);
