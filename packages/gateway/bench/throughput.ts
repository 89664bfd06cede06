/**
 * Requests a second through the gateway, by the name of a model and as `auto`, next to direct calls of
 * the same upstream and to `@portkey-ai/gateway`: at 1 to 500 connections, streamed, and with prompts
 * of 10 KB and 200 KB. The upstream answers at once, so that what is measured is what is in between.
 *
 * `tsx bench/throughput.ts [--seconds 5] [--only SUBSTRING] [--workers N]`. All that a row compares
 * runs in turn; compare within a row, because whatever else the machine does differs between rows.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GENERATOR, generateLoad, type LoadResult } from './generate-load.js';
import { startPortkey } from './start-portkey.js';
import { type StartedProcess, startScript } from './start-process.js';
import { writeArtifact } from './write-artifact.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: '1' },
  },
});
const seconds = Number(values.seconds);

/** What each row sends. */
const ROWS: readonly { name: string; connections: number; characters: number; stream?: true }[] = [
  { name: '1 connection', connections: 1, characters: 40 },
  { name: '10 connections', connections: 10, characters: 40 },
  { name: '50 connections', connections: 50, characters: 40 },
  { name: '200 connections', connections: 200, characters: 40 },
  { name: '500 connections', connections: 500, characters: 40 },
  { name: '50, streamed', connections: 50, characters: 40, stream: true },
  { name: '16, 10 KB', connections: 16, characters: 10_000 },
  { name: '16, 200 KB', connections: 16, characters: 200_000 },
];
const KEY = 'client-key-4f1d-of-some-length';

const folder = await mkdtemp(join(tmpdir(), 'embedllm-throughput-'));
const started: StartedProcess[] = [];
try {
  const upstream = await startScript('quick-upstream.ts');
  started.push(upstream);
  await writeArtifact(join(folder, 'artifact'));
  const gateway = await startGateway(upstream.url);
  await mkdir(join(folder, 'portkey'));
  const portkey = await startPortkey(join(folder, 'portkey'));
  if (portkey) started.push(portkey);
  else console.log('@portkey-ai/gateway could not be installed: its column is empty.');

  const targets = {
    direct: { url: upstream.url, model: 'a', headers: {} },
    named: { url: gateway.url, model: 'a', headers: { authorization: `Bearer ${KEY}` } },
    auto: { url: gateway.url, model: 'auto', headers: { authorization: `Bearer ${KEY}` } },
    ...(portkey && {
      portkey: {
        url: portkey.url,
        model: 'a',
        headers: {
          authorization: 'Bearer key',
          'x-portkey-provider': 'openai',
          'x-portkey-custom-host': `${upstream.url}/v1`,
        },
      },
    }),
  };
  console.log(
    `requests/s (p50/p99 ms), ${seconds} s each with ${GENERATOR}, ${cpus().length} processors shared by all, load average ${loadavg()[0]?.toFixed(1)} at the start:`,
  );
  console.log('| connections | direct | named | auto | Portkey | named : Portkey | auto : named |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, connections, characters, stream } of ROWS) {
    if (!name.includes(values.only)) continue;
    const results: Record<string, LoadResult> = {};
    for (const [target, { url, model, headers }] of Object.entries(targets)) {
      const content = promptOf(characters);
      const body = JSON.stringify({ stream, model, messages: [{ role: 'user', content }] });
      const request = {
        url: `${url}/v1/chat/completions`,
        headers: { 'content-type': 'application/json', ...headers },
        body,
        connections,
        folder,
      };
      await generateLoad({ ...request, seconds: 1 });
      results[target] = await generateLoad({ ...request, seconds });
    }
    const { direct, named, auto, portkey: other } = results;
    const cells = [direct, named, auto, other].map(cell);
    console.log(`| ${[name, ...cells, ratio(named, other), ratio(auto, named)].join(' | ')} |`);
  }
} finally {
  for (const { stop } of started.reverse()) await stop();
  await rm(folder, { recursive: true });
}

async function startGateway(baseURL: string): Promise<StartedProcess> {
  const file = join(folder, 'gateway.json');
  process.env.CLIENT_KEY = KEY;
  const configuration = {
    artifact: 'artifact',
    server: { port: 0, drainMs: 0, workers: Number(values.workers) },
    authentication: { keys: [{ name: 'bench', env: 'CLIENT_KEY' }] },
    limits: { concurrency: 1024, queue: 1024 },
    log: { requests: false },
    upstreams: { quick: { baseURL: `${baseURL}/v1`, limits: { concurrency: 1024 } } },
    models: { a: { upstream: 'quick' }, b: { upstream: 'quick' }, c: { upstream: 'quick' } },
  };
  await writeFile(file, JSON.stringify(configuration));
  const gateway = await startScript('artifact-gateway.ts', [file]);
  started.push(gateway);
  return gateway;
}

/** Words that encoders know, as many as it takes. */
function promptOf(characters: number): string {
  const sentence = 'Which of these laws says how the pressure of a gas changes with its volume? ';
  return sentence.repeat(Math.ceil(characters / sentence.length)).slice(0, characters);
}

function cell(result: LoadResult | undefined): string {
  if (!result) return '';
  const { requestsPerSecond, p50Ms, p99Ms, failed } = result;
  const times = `${requestsPerSecond.toFixed(0)} (${p50Ms.toFixed(1)}/${p99Ms.toFixed(0)})`;
  return failed > 0 ? `${times}, ${failed} failed` : times;
}

function ratio(one: LoadResult | undefined, other: LoadResult | undefined): string {
  if (!one || !other) return '';
  const value = one.requestsPerSecond / other.requestsPerSecond;
  return Number.isFinite(value) ? value.toFixed(2) : '';
}
