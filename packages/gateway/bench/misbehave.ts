/**
 * Whether anything is lost or leaks under mixed traffic that misbehaves on both sides: clients that
 * hang up, read slowly, drip their bodies, send what is not JSON, wrong keys and unknown models, and
 * upstreams that fail, stall, cut streams and answer garbage. At the end the counts of the clients, of the
 * gateway's log and of its metrics are compared, and what became of its memory is printed.
 *
 * `tsx bench/misbehave.ts [--minutes 10] [--rate 100] [--workers 1]`. Ends with status 1 where counts
 * differ or a request was lost.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, openSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '@embedllm/core';
import { Agent, request } from 'undici';
import { misbehavingPool } from '../test/misbehaving-pool.js';
import { stopProcess } from './start-process.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '100' },
    workers: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const SEED = 11;
const KEY = 'client-key-4f1d-of-some-length';
const ROUTE = '/v1/chat/completions';

/** What a client does, and how often of 100 times. */
const CLIENTS = {
  whole: 30,
  stream: 30,
  'hangs up': 8,
  'reads slowly': 6,
  'drips its body': 6,
  'long prompt': 2,
  'no JSON': 5,
  'no messages': 5,
  'unknown model': 4,
  'wrong key': 4,
} as const;
type Client = keyof typeof CLIENTS;

const random = new Random(SEED);
const folder = await mkdtemp(join(tmpdir(), 'embedllm-misbehave-'));
const log = join(folder, 'log.jsonl');
const agent = new Agent({ connections: 256, headersTimeout: 300_000, bodyTimeout: 300_000 });
const statuses = new Map<string, number>();
const complaints: string[] = [];
const memory: number[] = [];
const pool = await misbehavingPool(folder, SEED);
let gateway: { readonly url: string; readonly child: ChildProcess } | undefined;
let isRight = false;
try {
  gateway = await start();
  const { url, child } = gateway;
  const looking = setInterval(() => memory.push(memoryOf(child.pid)), 1000);
  const total = Math.round(minutes * 60 * rate);
  const running = new Set<Promise<void>>();
  const begin = performance.now();
  for (let index = 0; index < total; index++) {
    const wait = begin + (index * 1000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    while (running.size >= 200) await Promise.race(running);
    const one = ask(url, chooseClient(), index).finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
  const seconds = (performance.now() - begin) / 1000;
  clearInterval(looking);
  const metrics = await settledMetrics(url);
  await stopProcess(child);
  isRight = await compare(total, metrics);
  const shown = [...pool.shown].map(([behaviour, count]) => `${behaviour} ${count}`).join(', ');
  console.log(`upstreams showed: ${shown}`);
  console.log(
    `${total} requests in ${seconds.toFixed(0)} s, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  reportMemory();
} finally {
  if (gateway) await stopProcess(gateway.child);
  await agent.close();
  await pool.close();
  await rm(folder, { recursive: true });
}
console.log(isRight ? 'nothing lost, all counts equal' : 'COUNTS DIFFER OR REQUESTS WERE LOST');
process.exit(isRight ? 0 : 1);

/** Starts a gateway whose log goes to a file. */
async function start(): Promise<{ url: string; child: ChildProcess }> {
  const configuration = JSON.parse(await readFile(pool.configuration, 'utf8'));
  const { server } = configuration;
  const changed = {
    ...configuration,
    server: { ...server, workers: Number(values.workers) },
    authentication: { keys: [{ name: 'bench', env: 'CLIENT_KEY' }], publicMetrics: true },
  };
  await writeFile(pool.configuration, JSON.stringify(changed));
  const script = fileURLToPath(new URL('../test/gateway-process.ts', import.meta.url));
  process.env.CLIENT_KEY = KEY;
  const child = spawn(process.execPath, ['--import', 'tsx', script, pool.configuration], {
    stdio: ['ignore', 'pipe', openSync(log, 'a')],
  });
  const { stdout } = child;
  if (!stdout) throw new Error('The gateway has no standard output.');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.startsWith('listening ')) resolve(line.slice(10));
    });
    child.once('close', (code) => reject(new Error(`The gateway ended with ${code}: see ${log}`)));
  });
  return { url, child };
}

function chooseClient(): Client {
  let left = random.uniform() * 100;
  for (const [client, share] of Object.entries(CLIENTS)) {
    left -= share;
    if (left < 0) return client as Client;
  }
  return 'whole';
}

/** One request of a client; counts the status that it got. */
async function ask(url: string, client: Client, id: number): Promise<void> {
  const body = bodyOf(client, id);
  try {
    const { statusCode, body: answer } = await request(`${url}${ROUTE}`, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${client === 'wrong key' ? 'a-key-of-nobody' : KEY}`,
      },
      body: client === 'drips its body' ? Readable.from(drip(body)) : body,
    });
    let count = 0;
    for await (const _ of answer) {
      count++;
      if (client === 'hangs up' && count === 1 && statusCode === 200) break;
      if (client === 'reads slowly') await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // The end may have come with the first piece: then it was an answer like any other.
    add(String(statusCode));
  } catch (error) {
    add('lost');
    if (complaints.length < 5) complaints.push(`${client}: ${String(error)}`);
  }
}

function bodyOf(client: Client, id: number): string {
  if (client === 'no JSON') return '{"model": "auto", "messages": [';
  if (client === 'no messages') return '{"model": "auto", "messages": []}';
  const filler = client === 'long prompt' ? 'and so on '.repeat(20_000) : '';
  const content = `${filler}What is the sum of the number 1 and the number ${id} ?`;
  return JSON.stringify({
    model: client === 'unknown model' ? 'unheard-of' : 'auto',
    stream: client !== 'whole' && client !== 'drips its body' && client !== 'long prompt',
    messages: [{ role: 'user', content }],
  });
}

async function* drip(body: string): AsyncGenerator<string> {
  for (let at = 0; at < body.length; at += 16) {
    yield body.slice(at, at + 16);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function add(status: string): void {
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
}

/** What the gateway shows when no request runs any more. */
async function settledMetrics(url: string): Promise<string> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (/^embedllm_gateway_running 0$/m.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function compare(total: number, metrics: string): Promise<boolean> {
  const counted = new Map<string, number>();
  for (const [, status = '', count] of metrics.matchAll(
    /^embedllm_gateway_requests_total\{route="\/v1\/chat\/completions",status="(\d+)"\} (\d+)$/gm,
  )) {
    counted.set(status, Number(count));
  }
  const logged = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const entry = JSON.parse(line);
    if (entry.event !== 'request' || entry.route !== ROUTE) continue;
    const status = String(entry.status);
    logged.set(status, (logged.get(status) ?? 0) + 1);
  }
  console.log('| status | clients | log | metrics |');
  console.log('| --- | --- | --- | --- |');
  const names = new Set([...statuses.keys(), ...logged.keys(), ...counted.keys()]);
  for (const name of [...names].sort()) {
    const cells = [statuses, logged, counted].map((counts) => counts.get(name) ?? 0);
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
  const sums = [statuses, logged, counted].map((counts) =>
    [...counts.values()].reduce((sum, count) => sum + count, 0),
  );
  console.log(`| all | ${sums.join(' | ')} |`);
  for (const complaint of complaints) console.log(complaint);
  const areEqual = [...names].every((name) => logged.get(name) === counted.get(name));
  // A client that hung up had seen a 200, and the gateway counts 499 for it.
  const seen = [...names].filter((name) => name !== '200' && name !== '499');
  const areSeen = seen.every((name) => statuses.get(name) === logged.get(name));
  return areEqual && areSeen && !statuses.has('lost') && sums.every((sum) => sum === total);
}

/** Resident memory of a process, and of those that it started, in MB. */
function memoryOf(pid: number | undefined): number {
  try {
    const own = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const others = children === '' ? [] : children.split(' ').map(Number);
    return Number(own) / 1024 + others.reduce((sum, child) => sum + memoryOf(child), 0);
  } catch {
    // Only Linux says so.
    return Number.NaN;
  }
}

function reportMemory(): void {
  const parts = [0, 1, 2, 3].map((part) => {
    const quarter = memory.slice((part * memory.length) / 4, ((part + 1) * memory.length) / 4);
    return quarter.reduce((sum, value) => sum + value, 0) / quarter.length;
  });
  const largest = Math.max(...memory).toFixed(0);
  const ratio = ((parts[3] ?? 0) / (parts[1] ?? 1)).toFixed(2);
  console.log(
    `memory of the gateway in each quarter: ${parts.map((value) => value.toFixed(0)).join(', ')} MB, at most ${largest} MB; last to second quarter ${ratio}`,
  );
}
