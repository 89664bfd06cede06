/**
 * What the gateway adds to a call, and what it loses: 200 requests a second for 60 seconds against
 * local upstreams that fail, stall, cut streams, answer garbage and limit rates, next to direct
 * calls of an upstream that behaves; then the same load on two gateways, one of which gets SIGTERM.
 *
 * `tsx bench/load.ts [seconds] [requests per second]`. Ends with status 1 when a request
 * was lost or answered wrongly. Gateways run in processes of their own; upstreams and clients
 * share this one, so that their own delays are part of direct and gateway figures alike.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadReport, load, quantile } from '../test/load.js';
import { misbehavingPool } from '../test/misbehaving-pool.js';
import { rollingStop } from '../test/rolling-stop.js';
import { spawnGateway } from '../test/spawn-gateway.js';

const [seconds = 60, rate = 200] = process.argv.slice(2).map(Number);
const SEED = 7;
/** Requests a second that go to the steady upstream, directly and through the gateway. */
const PROBES = Math.round(rate / 10);

const folder = await mkdtemp(join(tmpdir(), 'embedllm-load-'));
const pool = await misbehavingPool(folder, SEED);
let isClean = true;
try {
  const gateway = await spawnGateway(pool.configuration);
  const throughGateway = (): string => `${gateway.url}/v1`;
  const direct = (): string => pool.steady.baseURL;
  const probe = { requestsPerSecond: PROBES, model: 'steady' };
  await load({ ...probe, seconds: 2, target: throughGateway, model: 'auto' });
  const [routed, passed, straight] = await Promise.all([
    load({ requestsPerSecond: rate - PROBES, seconds, target: throughGateway }),
    load({ ...probe, seconds, target: throughGateway, firstId: 1_000_000 }),
    load({ ...probe, seconds, target: direct, firstId: 2_000_000 }),
  ]);
  gateway.process.kill('SIGTERM');
  const { cpuMs = Number.NaN } = await gateway.exited;
  console.log(`${rate} requests/s for ${seconds} s, upstreams with 20 ms to the first token:`);
  report('routed, misbehaving upstreams', routed);
  report('named model, steady upstream', passed);
  report('direct call, steady upstream', straight);
  const shown = [...pool.shown].map(([behaviour, count]) => `${behaviour} ${count}`);
  console.log(`  upstreams showed: ${shown.join(', ')}`);
  const calls = routed.sent + passed.sent;
  console.log(`  CPU time of the gateway: ${(cpuMs / calls).toFixed(2)} ms a request`);
  for (const share of [0.5, 0.95, 0.99]) {
    const [added, ratio] = compare(passed, straight, share);
    console.log(`  overhead p${100 * share}: ${added.toFixed(1)} ms, ${ratio.toFixed(2)} x direct`);
  }
  const stopped = await rollingStop(pool.configuration, {
    requestsPerSecond: rate,
    seconds: Math.min(10, seconds),
  });
  console.log('one of two gateways gets SIGTERM under the same load:');
  report('routed', stopped.report);
  console.log(`  exit code ${stopped.exitCode} after ${stopped.stoppedAfterMs.toFixed(0)} ms`);
  isClean &&= stopped.exitCode === 0;
} finally {
  await pool.close();
  await rm(folder, { recursive: true });
}
console.log(isClean ? 'no request lost or answered twice' : 'REQUESTS LOST OR ANSWERED WRONGLY');
process.exit(isClean ? 0 : 1);

function report(what: string, { sent, endings, latencies, complaints }: LoadReport): void {
  const times = [0.5, 0.95, 0.99].map(
    (share) => `p${100 * share} ${quantile(latencies, share).toFixed(1)}`,
  );
  console.log(`  ${what}: ${sent} sent, ${JSON.stringify(endings)}, ms ${times.join(' ')}`);
  for (const complaint of complaints) console.log(`    ${complaint}`);
  const sum = Object.values(endings).reduce((a, b) => a + b, 0);
  isClean &&= endings.lost === 0 && endings.wrong === 0 && sum === sent;
}

function compare(gateway: LoadReport, direct: LoadReport, share: number): [number, number] {
  const there = quantile(gateway.latencies, share);
  const straight = quantile(direct.latencies, share);
  return [there - straight, there / straight];
}
