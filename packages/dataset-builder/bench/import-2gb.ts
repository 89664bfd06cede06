// Imports a generated file in EmbedLLM's columns into a store, and reads the same file with
// pandas.read_csv where Python (PYTHON, default python3) has pandas. Prints times, peak memory, ratio.
// EMBEDLLM_BENCH_BYTES sets the size (default 2 GB), EMBEDLLM_BENCH_RUNS how often (default 2);
// EMBEDLLM_BENCH_ORDER=model has all rows of a model together, instead of all of a question. The
// file is removed afterwards.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@embedllm/core';
import { openEvaluationStore } from '../src/store.js';

const MODELS = 112;
const BY_MODEL = process.env.EMBEDLLM_BENCH_ORDER === 'model';
const WORDS =
  'the of which is not a model answer following number when two river cell force x'.split(' ');

const PANDAS = `
import sys, time, json, resource
import pandas
start = time.perf_counter()
frame = pandas.read_csv(sys.argv[1])
seconds = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps(dict(seconds=seconds, cpu=usage.ru_utime + usage.ru_stime, peakMb=usage.ru_maxrss / 1024, read=len(frame))))
`;

if (process.argv[2] === '--import')
  await importOnce(process.argv[3] as string, process.argv[4] as string);
else await main();

async function main(): Promise<void> {
  const bytes = Number(process.env.EMBEDLLM_BENCH_BYTES ?? 2e9);
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < 3 * bytes) throw new Error('Too little space in the temporary folder.');
  const folder = mkdtempSync(join(tmpdir(), 'embedllm-bench-'));
  try {
    const file = join(folder, 'train.csv');
    const rows = await generate(file, bytes);
    const size = statSync(file).size;
    console.log(`${(size / 1e9).toFixed(2)} GB, ${rows} rows, ${availableParallelism()} cores`);
    const runs = Number(process.env.EMBEDLLM_BENCH_RUNS ?? 2);
    const best: Record<string, number> = {};
    for (let run = 0; run < runs; run++) {
      const store = join(folder, `${run}.duckdb`);
      const self = fileURLToPath(import.meta.url);
      for (const [name, command] of [
        ['store', [process.execPath, '--import', 'tsx', self, '--import', file, store]],
        ['pandas', [process.env.PYTHON ?? 'python3', '-c', PANDAS, file]],
      ] as const) {
        const [program = '', ...args] = command;
        const result = spawnSync(program, args, { encoding: 'utf8' });
        if (result.status !== 0) {
          console.log(`${name}: ${result.stderr.trim().split('\n').at(-1)}`);
          continue;
        }
        const { seconds, cpu, peakMb, read } = JSON.parse(result.stdout);
        best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, seconds);
        console.log(
          `${name}: ${seconds.toFixed(1)} s (${cpu.toFixed(1)} s of CPU), ${(size / 1e6 / seconds).toFixed(0)} MB/s, peak ${peakMb.toFixed(0)} MB, ${read} rows`,
        );
      }
      rmSync(store, { force: true });
    }
    const { store, pandas } = best;
    if (store && pandas) console.log(`ratio pandas / store: ${(pandas / store).toFixed(2)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importOnce(file: string, path: string): Promise<void> {
  const store = await openEvaluationStore(path);
  const start = performance.now();
  const [done] = await store.importEmbedLLM({ responses: file });
  const seconds = (performance.now() - start) / 1000;
  store.close();
  const usage = process.resourceUsage();
  console.log(
    JSON.stringify({
      seconds,
      cpu: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
      peakMb: peakMegabytes(usage.maxRSS),
      read: done?.rows,
    }),
  );
}

/** Of this process; Linux says it best itself. */
function peakMegabytes(maxRss: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  } catch {
    return maxRss / 1024;
  }
}

/** Prompts of 100 to 1,100 characters, some with quotes, commas and line breaks, as in EmbedLLM. */
async function generate(file: string, bytes: number): Promise<number> {
  const random = new Random(1);
  const prompts: string[] = [];
  for (let promised = 0; promised < bytes; ) {
    const words = Array.from({ length: 20 + random.integer(200) }, () => random.pick(WORDS));
    const prompt = `"Question ${prompts.length}: ""${words.join(' ')}"", so\nA. yes"`;
    prompts.push(prompt);
    // What stands next to the prompt in a row takes 56 bytes.
    promised += MODELS * (prompt.length + 56);
  }
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  out.write('prompt_id,model_id,category,label,prompt,model_name\n');
  const rows = prompts.length * MODELS;
  for (let start = 0; start < rows; start += MODELS) {
    let text = '';
    for (let row = start; row < start + MODELS; row++) {
      const question = BY_MODEL ? row % prompts.length : Math.floor(row / MODELS);
      const model = BY_MODEL ? Math.floor(row / prompts.length) : row % MODELS;
      text += `${question},${model},benchmark-${question % 10},${random.integer(2)},${prompts[question]},organization/model-${model}-instruct\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return rows;
}
