// Downloads a large file from a server on this machine with `downloadDataset`, which checks its
// SHA-256, with the hub's own client alone, which checks nothing, and with `fetch` alone.
// Prints the best of three of each and the ratios.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { downloadFile } from '@huggingface/hub';
import { downloadDataset } from '../src/hub.js';

const MEGABYTES = 256;
const TRIES = 3;

// The server is a process of its own, so that CPU time is that of the downloads.
const server = fork(new URL('./download-server.ts', import.meta.url), [String(MEGABYTES)]);
const [endpoint] = (await once(server, 'message')) as [string];
const root = await mkdtemp(join(tmpdir(), 'download-bench-'));

async function withDataset(directory: string): Promise<void> {
  await downloadDataset('me/bench', { endpoint, cacheDirectory: directory, offline: false });
}

async function withClient(directory: string): Promise<void> {
  const blob = await downloadFile({
    repo: 'datasets/me/bench',
    path: 'train.csv',
    hubUrl: endpoint,
    revision: await commit(),
  });
  if (blob === null) throw new Error('there is no file');
  await pipeline(Readable.fromWeb(blob.stream()), createWriteStream(`${directory}.csv`));
}

async function withFetch(directory: string): Promise<void> {
  const url = `${endpoint}/datasets/me/bench/resolve/${await commit()}/train.csv`;
  const { body } = await fetch(url);
  if (body === null) throw new Error('there is no file');
  await pipeline(Readable.fromWeb(body), createWriteStream(`${directory}.csv`));
}

async function commit(): Promise<string> {
  const response = await fetch(`${endpoint}/api/datasets/me/bench/revision/main`);
  const { sha } = (await response.json()) as { sha: string };
  return sha;
}

/** Best of several, in seconds of time and of this process's CPU. */
async function best(
  name: string,
  download: (directory: string) => Promise<void>,
): Promise<{ seconds: number; cpu: number }> {
  const result = { seconds: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };
  for (let i = 0; i < TRIES; i++) {
    const begun = performance.now();
    const before = process.cpuUsage();
    await download(join(root, `${name.replace('/', '-')}-${i}`));
    const { user, system } = process.cpuUsage(before);
    result.seconds = Math.min(result.seconds, (performance.now() - begun) / 1000);
    result.cpu = Math.min(result.cpu, (user + system) / 1e6);
  }
  console.log(
    `${name.padEnd(16)} ${result.seconds.toFixed(2)} s  ${(MEGABYTES / result.seconds).toFixed(0)} MB/s  ${result.cpu.toFixed(2)} s CPU`,
  );
  return result;
}

try {
  const fetched = await best('fetch', withFetch);
  const client = await best('@huggingface/hub', withClient);
  const dataset = await best('downloadDataset', withDataset);
  const ratio = (a: number, b: number): string => (a / b).toFixed(2);
  console.log(
    `downloadDataset takes ${ratio(dataset.seconds, client.seconds)} times the time and ${ratio(dataset.cpu, client.cpu)} times the CPU time of @huggingface/hub, ${ratio(dataset.seconds, fetched.seconds)} and ${ratio(dataset.cpu, fetched.cpu)} times those of fetch`,
  );
} finally {
  server.kill();
  await rm(root, { recursive: true, force: true });
}
