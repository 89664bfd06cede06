/**
 * What a gateway adds to a call: 200 requests a second, each sent when it is due whether or not those
 * before have been answered, directly to an upstream that answers at once, through the gateway by the
 * name of a model, as `auto`, and through `@portkey-ai/gateway`. They take turns of five seconds.
 *
 * `tsx bench/overhead.ts [--seconds 30] [--rate 200]`: seconds for each of them, in all.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { quantile } from '../test/load.js';
import { startTargets, type Target } from './start-targets.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    rate: { type: 'string', default: '200' },
  },
});
const seconds = Number(values.seconds);
const rate = Number(values.rate);
const TURN_SECONDS = 5;
const SHARES = [0.5, 0.95, 0.99];
const CONTENT = 'Which of these laws says how the pressure of a gas changes with its volume?';

const folder = await mkdtemp(join(tmpdir(), 'embedllm-overhead-'));
const { stop, ...all } = await startTargets(folder, 2);
const dispatcher = new Agent({ connections: 64 });
try {
  const targets = Object.entries(all).flatMap(([name, target]) =>
    target ? [{ name, target, latencies: [] as number[] }] : [],
  );
  console.log(
    `${rate} requests/s for ${seconds} s each, ${cpus().length} processors shared by all, load average ${loadavg()[0]?.toFixed(1)} at the start:`,
  );
  for (const { target } of targets) await send(target, TURN_SECONDS);
  for (let turn = 0; turn < seconds / TURN_SECONDS; turn++) {
    for (const { target, latencies } of targets) {
      for (const latency of await send(target, TURN_SECONDS)) latencies.push(latency);
    }
  }
  for (const { latencies } of targets) latencies.sort((one, other) => one - other);
  const straight = targets.find(({ name }) => name === 'direct')?.latencies ?? [];
  console.log('| | p50 ms | p95 ms | p99 ms | added p50 | added p95 | added p99 |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, latencies } of targets) {
    const times = SHARES.map((share) => quantile(latencies, share));
    const added = SHARES.map((share, index) => (times[index] ?? 0) - quantile(straight, share));
    const cells = [...times, ...added].map((time) => time.toFixed(2));
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
} finally {
  await dispatcher.close();
  await stop();
  await rm(folder, { recursive: true });
}

/** Sends a request whenever one is due. @returns how long each took, in milliseconds. */
async function send({ url, model, headers }: Target, forSeconds: number): Promise<number[]> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: CONTENT }] });
  const start = performance.now();
  const running: Promise<number>[] = [];
  for (let count = 0; count < forSeconds * rate; count++) {
    const due = start + (1000 * count) / rate;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    running.push(ask());
  }
  return await Promise.all(running);

  async function ask(): Promise<number> {
    const sent = performance.now();
    const answer = await request(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      dispatcher,
    });
    await answer.body.bytes();
    if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}.`);
    return performance.now() - sent;
  }
}
