// Unpacks a .tar.gz and a .zip of simulated logs with `extractArchive`, with node-tar's own
// extraction and with the system's tar, whose CPU time is its own. Prints the best of five of each and the ratios.
import { spawnSync } from 'node:child_process';
import { createWriteStream, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create, extract } from 'tar';
import { ZipFile } from 'yazl';
import { extractArchive } from '../src/archive/extract-archive.js';

const FILES = 24;
const RECORDS = 15_000;
const TRIES = 5;

const root = await mkdtemp(join(tmpdir(), 'extract-bench-'));
const paths: string[] = [];
let bytes = 0;
await mkdir(join(root, 'logs'));
for (let file = 0; file < FILES; file++) {
  const path = `logs/samples_task${file}.jsonl`;
  const records = Array.from({ length: RECORDS }, (_, i) => {
    // Numbers that do not repeat, as hashes and log-likelihoods do not.
    const noise = Math.sin(file * RECORDS + i);
    return `{"doc_id":${i},"doc":{"question":"What is ${i} times ${file}, and why? ${noise}"},"resps":[[["${noise * 37}","True"]]],"doc_hash":"${(noise * 1e16).toString(36)}","acc":${i % 2}}\n`;
  });
  await writeFile(join(root, path), records.join(''));
  paths.push(path);
  bytes += statSync(join(root, path)).size;
}
const tar = join(root, 'logs.tar.gz');
await create({ file: tar, cwd: root, gzip: true }, ['logs']);
const zip = join(root, 'logs.zip');
const writer = new ZipFile();
for (const path of paths) writer.addFile(join(root, path), path);
writer.end();
await pipeline(writer.outputStream, createWriteStream(zip));
console.log(
  `${FILES} logs, ${(bytes / 1e6).toFixed(0)} MB; .tar.gz ${(statSync(tar).size / 1e6).toFixed(0)} MB, .zip ${(statSync(zip).size / 1e6).toFixed(0)} MB`,
);

/** Best of several, in seconds of time and of this process's CPU. */
async function best(
  name: string,
  unpack: (directory: string) => Promise<unknown>,
): Promise<{ seconds: number; cpu: number }> {
  const result = { seconds: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };
  for (let i = 0; i < TRIES; i++) {
    const directory = join(root, 'out');
    const begun = performance.now();
    const before = process.cpuUsage();
    await unpack(directory);
    const { user, system } = process.cpuUsage(before);
    result.seconds = Math.min(result.seconds, (performance.now() - begun) / 1000);
    result.cpu = Math.min(result.cpu, (user + system) / 1e6);
    await rm(directory, { recursive: true });
  }
  const { seconds, cpu } = result;
  const rate = (bytes / 1e6 / seconds).toFixed(0);
  console.log(`${name.padEnd(22)} ${seconds.toFixed(2)} s  ${rate} MB/s  ${cpu.toFixed(2)} s CPU`);
  return result;
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { status, error, stderr } = spawnSync(command, args);
  if (status !== 0) throw error ?? new Error(stderr.toString());
}

try {
  const own = await best('extractArchive .tar.gz', (out) => extractArchive(tar, out));
  const nodeTar = await best('node-tar', async (cwd) => {
    await mkdir(cwd);
    await extract({ file: tar, cwd });
  });
  const system = await best('tar xzf', async (out) => {
    await mkdir(out);
    await run('tar', 'xzf', tar, '-C', out);
  });
  await best('extractArchive .zip', (out) => extractArchive(zip, out));
  const ratio = (a: number, b: number): string => (a / b).toFixed(2);
  console.log(
    `extractArchive takes ${ratio(own.seconds, nodeTar.seconds)} times the time and ${ratio(own.cpu, nodeTar.cpu)} times the CPU time of node-tar, and ${ratio(own.seconds, system.seconds)} times the time of tar xzf`,
  );
} finally {
  await rm(root, { recursive: true, force: true });
}
