/**
 * For how long one client can hold up all others: attacks on a gateway, each for itself, with the
 * longest that `/healthz` went without an answer meanwhile, next to the same without an attack. A second
 * key asks all the time; none of its requests may fail because of the attack.
 *
 * `tsx bench/faults.ts [--only SUBSTRING] [--rounds 3]`. Each attack is repeated; the least of the rounds is
 * what the attack itself does, because whatever else the machine does can only add to it. Ends with status
 * 1 when a request of the second key failed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { fakeUpstream } from '../test/fake-upstream.js';
import { type StartedProcess, startScript } from './start-process.js';
import { WIRE_ATTACKS } from './wire-attacks.js';
import { writeArtifact } from './write-artifact.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
  },
});
const rounds = Number(values.rounds);
const ATTACKER = 'attacker-key-4f1d-of-some-length';
const VICTIM = 'victim-key-77ab-of-some-length';
process.env.ATTACKER_KEY = ATTACKER;
process.env.VICTIM_KEY = VICTIM;
/** What an attack may take before it is over anyway. */
const ATTACK_MS = 15_000;

const folder = await mkdtemp(join(tmpdir(), 'embedllm-faults-'));
const agent = new Agent({ connections: 64, headersTimeout: 60_000, bodyTimeout: 60_000 });
const started: StartedProcess[] = [];
const upstream = await fakeUpstream({ latencyMs: 5 });
const attacking = await startScript('hostile-upstream.ts');
let isRight = true;

/** About as many values as a body may have. */
const SHORT_TEXTS = JSON.stringify({
  model: 'a',
  messages: [{ role: 'user', content: 'q' }],
  metadata: Array(190_000).fill('x'.repeat(75)),
});

/** What models of an upstream that attacks are asked for: a stream, or a whole answer. */
const HOSTILE = {
  streams: 'long-line late-line comments events tokens usages bomb-stream'.split(' '),
  answers: 'bomb silence informational headers'.split(' '),
};

/** An attack; resolves when the client has done what it could. */
type Attack = (url: string) => Promise<unknown>;

const ATTACKS: Readonly<Record<string, Attack>> = {
  'no attack': () => sleep(2000),
  '8 prompts of 900 KB at once, auto': (url) => prompts(url, 8, 900_000, 'auto'),
  '8 prompts of 900 KB at once, named': (url) => prompts(url, 8, 900_000, 'a'),
  '1 MB of empty objects': (url) =>
    post(url, `{"model":"a","messages":[${'{},'.repeat(300_000)}{}]}`),
  '400,000 nested lists': (url) => post(url, `{"model":"a","messages":${'['.repeat(400_000)}`),
  '16 requests of 15 MB at once, with answers as long': (url) =>
    many(16, () => chat(url, 'a', 'x'.repeat(15_000_000))),
  '4 requests of 15 MB in short texts at once': (url) => many(4, () => post(url, SHORT_TEXTS)),
  '4 requests of 15 MB of escapes at once': (url) =>
    many(4, () => chat(url, 'a', '"'.repeat(7_500_000))),
  '200 requests of 100 KB at once': (url) => many(200, () => chat(url, 'a', 'x'.repeat(100_000))),
  '400 requests at once': (url) => many(400, () => chat(url, 'a', 'q')),
  ...Object.fromEntries(
    Object.entries(WIRE_ATTACKS).map(([name, attack]): [string, Attack] => [
      name,
      (url) => attack({ url, key: ATTACKER }),
    ]),
  ),
  ...Object.fromEntries(
    [...HOSTILE.streams, ...HOSTILE.answers].map((model): [string, Attack] => [
      `4 requests whose upstream answers with ${model}`,
      (url) => many(4, () => hostile(url, model)),
    ]),
  ),
};

try {
  await writeArtifact(join(folder, 'artifact'));
  console.log(
    `the longest wait for /healthz, ms (load average ${loadavg()[0]?.toFixed(1)} at the start):`,
  );
  console.log(
    `| one client sends | longest wait, least of ${rounds} rounds | most | requests of another key | failed |`,
  );
  console.log('| --- | --- | --- | --- | --- |');
  for (const [name, attack] of Object.entries(ATTACKS)) {
    if (name.includes(values.only)) await measure(name, attack);
  }
} finally {
  for (const process of started.reverse()) await process.stop();
  await agent.close();
  await upstream.close();
  await attacking.stop();
  await rm(folder, { recursive: true });
}
process.exit(isRight ? 0 : 1);

/** Each attack meets a gateway of its own, so that none suffers from the one before. */
async function measure(name: string, attack: Attack): Promise<void> {
  const file = join(folder, 'gateway.json');
  await writeFile(file, JSON.stringify(configuration()));
  const gateway = await startScript('artifact-gateway.ts', [file]);
  started.push(gateway);
  const { url } = gateway;
  const probe = await startScript('health-probe.ts', [url]);
  started.push(probe);
  const lines = createInterface({ input: probe.child.stdout ?? process.stdin });
  const worst = async (): Promise<number> => {
    const line = new Promise<string>((resolve) => lines.once('line', resolve));
    probe.child.stdin?.write('mark\n');
    return Number((await line).replace('worst ', ''));
  };
  // What is compiled on first use is none of the attack's doing.
  for (let warm = 0; warm < 30; warm++) await chat(url, warm % 2 ? 'auto' : 'a', 'q', VICTIM);
  let isOver = false;
  let sent = 0;
  let failed = 0;
  const victim = (async () => {
    while (!isOver) {
      sent++;
      const status = await chat(url, 'b', 'q', VICTIM).catch(() => 0);
      if (status !== 200) failed++;
      await sleep(20);
    }
  })();
  const longest: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await worst();
    await Promise.race([attack(url).catch(() => undefined), sleep(ATTACK_MS)]);
    await sleep(200);
    longest.push(await worst());
  }
  isOver = true;
  await victim;
  isRight &&= failed === 0;
  const [least = 0, ...rest] = longest.sort((a, b) => a - b);
  const times = [least.toFixed(0), (rest.at(-1) ?? least).toFixed(0), sent, failed];
  console.log(`| ${[name, ...times].join(' | ')} |`);
  await started.pop()?.stop();
  await started.pop()?.stop();
  upstream.seen.length = 0;
}

function configuration(): object {
  return {
    artifact: 'artifact',
    server: { port: 0, drainMs: 0, shutdownTimeoutMs: 100 },
    authentication: {
      keys: [
        { name: 'attacker', env: 'ATTACKER_KEY' },
        { name: 'victim', env: 'VICTIM_KEY' },
      ],
    },
    log: { requests: false },
    upstreams: { local: { baseURL: upstream.baseURL }, hostile: { baseURL: attacking.url } },
    models: Object.fromEntries([
      ...['a', 'b', 'c'].map((name) => [name, { upstream: 'local' }]),
      ...[...HOSTILE.streams, ...HOSTILE.answers].map((name) => [name, { upstream: 'hostile' }]),
    ]),
  };
}

/** @returns the status of an answer, read to its end. */
async function chat(url: string, model: string, content: string, key = ATTACKER): Promise<number> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content }] });
  return await post(url, body, key);
}

async function post(url: string, body: string, key = ATTACKER): Promise<number> {
  const { statusCode, body: answer } = await request(`${url}/v1/chat/completions`, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body,
  });
  await answer.dump({ limit: 32_000_000 });
  return statusCode;
}

async function hostile(url: string, model: string): Promise<number> {
  const stream = HOSTILE.streams.includes(model);
  return await post(
    url,
    JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'q' }] }),
  );
}

async function prompts(url: string, count: number, length: number, model: string): Promise<void> {
  const content = 'Which law says how the pressure of a gas changes with its volume? '
    .repeat(length / 66)
    .slice(0, length);
  await many(count, () => chat(url, model, content));
}

async function many(count: number, task: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => task().catch(() => undefined)));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
