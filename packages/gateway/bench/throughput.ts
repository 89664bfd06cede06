/**
 * Requests a second through the gateway, by the name of a model and as `auto`, and by several workers,
 * next to direct calls of the same upstream and to `@portkey-ai/gateway`: at 1 to 500 connections,
 * streamed, and with prompts of 10 KB and 200 KB. The upstream answers at once, so that what is measured
 * is what is in between.
 *
 * Processor time is that of the process that the requests go to, and its children: of the upstream itself where
 * they go there directly.
 *
 * `tsx bench/throughput.ts [--seconds 5] [--only SUBSTRING] [--workers 2]`. All are warmed up first. All
 * that a row compares runs in turn; compare within a row, because whatever else the machine does differs
 * between rows.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GENERATOR, generateLoad, type LoadResult } from './generate-load.js';
import { startTargets, type Target } from './start-targets.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
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
const WARM_UP = { connections: 50, characters: 40, seconds: 3 };

const folder = await mkdtemp(join(tmpdir(), 'embedllm-throughput-'));
const { stop, ...targets } = await startTargets(folder, Number(values.workers));
try {
  for (const target of Object.values(targets)) if (target) await measure(target, WARM_UP);
  console.log(
    `requests/s (p50/p99 ms, processor time of a request), ${seconds} s each with ${GENERATOR}, ${cpus().length} processors shared by all, load average ${loadavg()[0]?.toFixed(1)} at the start:`,
  );
  const columns = ['direct', 'named', 'auto', `${values.workers} workers`, 'Portkey'];
  const ratios = ['named : Portkey', 'workers : Portkey', 'auto : named'];
  console.log(`| ${['connections', ...columns, ...ratios].join(' | ')} |`);
  console.log(`|${' --- |'.repeat(1 + columns.length + ratios.length)}`);
  for (const row of ROWS) {
    if (!row.name.includes(values.only)) continue;
    const results: Partial<Record<keyof typeof targets, LoadResult>> = {};
    for (const [name, target] of Object.entries(targets)) {
      if (!target) continue;
      await measure(target, { ...row, seconds: 1 });
      results[name as keyof typeof targets] = await measure(target, { ...row, seconds });
    }
    const { direct, named, auto, workers, portkey } = results;
    const cells = [direct, named, auto, workers, portkey].map(cell);
    const compared = [ratio(named, portkey), ratio(workers, portkey), ratio(auto, named)];
    console.log(`| ${[row.name, ...cells, ...compared].join(' | ')} |`);
  }
} finally {
  await stop();
  await rm(folder, { recursive: true });
}

interface Load {
  readonly connections: number;
  readonly characters: number;
  readonly stream?: true;
  readonly seconds: number;
}

function measure(target: Target, load: Load): Promise<LoadResult> {
  const { url, processId, model, headers } = target;
  const { connections, characters, stream } = load;
  const messages = [{ role: 'user', content: promptOf(characters) }];
  return generateLoad({
    url: `${url}/v1/chat/completions`,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ stream, model, messages }),
    connections,
    seconds: load.seconds,
    folder,
    processId,
  });
}

/** Words that encoders know, as many as it takes. */
function promptOf(characters: number): string {
  const sentence = 'Which of these laws says how the pressure of a gas changes with its volume? ';
  return sentence.repeat(Math.ceil(characters / sentence.length)).slice(0, characters);
}

function cell(result: LoadResult | undefined): string {
  if (!result) return '';
  const { requestsPerSecond, p50Ms, p99Ms, cpuMicroseconds, failed } = result;
  const cpu = cpuMicroseconds === undefined ? '' : `, ${cpuMicroseconds.toFixed(0)} µs`;
  const times = `${requestsPerSecond.toFixed(0)} (${p50Ms.toFixed(1)}/${p99Ms.toFixed(0)}${cpu})`;
  return failed > 0 ? `${times}, ${failed} failed` : times;
}

function ratio(one: LoadResult | undefined, other: LoadResult | undefined): string {
  if (!one || !other) return '';
  const value = one.requestsPerSecond / other.requestsPerSecond;
  return Number.isFinite(value) ? value.toFixed(2) : '';
}
