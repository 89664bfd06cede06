// A replica of a gateway that does nothing but decide: 60 requests in flight until the budget is spent,
// or for some seconds at some rate. Settings come as JSON in REPLICA; prints what it spent, how long
// decisions took, and by how much they took longer than a bare timer of the time that they may wait and 5 ms,
// which was set at the same moment: on a machine with more to do than processors, both come late.
import { openRedisLimitStore } from '@embedllm/cluster/gateway';
import type { LimitClaim } from '@embedllm/gateway';

const { redis, limit, waitMs, outageShare, seconds } = JSON.parse(process.env.REPLICA ?? '{}');
const store = await openRedisLimitStore({ redis, name: 'bench', waitMs, outageShare });
const claim: Omit<LimitClaim, 'amount'> = { name: 'app/dollars', window: 'month', limit };
const times: number[] = [];
const excesses: Promise<number>[] = [];
let spent = 0;
let refused = 0;
/** Timers come up to so much early or late on an idle machine. */
const SLACK_MS = 5;
/** What a turn of the loop with 60 requests takes. */
const TURN_MS = 10;
let requests = 0;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a time, as anything would that has to be done by then. @returns when it was over. */
async function bareTimer(end: number): Promise<number> {
  // Timers count from when their turn began, and so may come early.
  while (performance.now() < end) await pause(end - performance.now());
  await new Promise((resolve) => setImmediate(resolve));
  return performance.now();
}

async function request(): Promise<boolean> {
  const id = String(requests++);
  const amount = 1000;
  const started = performance.now();
  const timer = bareTimer(started + waitMs + SLACK_MS).then((ended) => ended - started);
  const isReserved = await store.reserve({ id, claims: [{ ...claim, amount }] }).then(
    (decision) => decision.isReserved,
    () => false,
  );
  const time = performance.now() - started;
  times.push(time);
  if (time > waitMs) excesses.push(timer.then((bare) => time - bare));
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
const over = await Promise.all(excesses);
const late = over.filter((ms) => ms > TURN_MS).length;
const quantiles = { p50: at(0.5), p99: at(0.99), most: at(1), late, excess: Math.max(0, ...over) };
console.log(`result ${JSON.stringify({ spent, refused, decisions: times.length, ...quantiles })}`);
await store.close().catch(() => {});
process.exit(0);
