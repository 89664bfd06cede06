/**
 * Reads a generated joined EmbedLLM file of about 200 MB, plain and gzip, with `readEmbedLLM` and
 * with csv-parse alone, which checks nothing and keeps nothing. Every measurement is a process of
 * its own, so that the peak memory is its own too; the two alternate and the best of each counts.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Random } from '@embedllm/core';
import { parse } from 'csv-parse';
import { readEmbedLLM } from '../src/index.js';

const MODELS = 112;
const TARGET_BYTES = 200e6;
const ROUNDS = 3;

interface Measurement {
  readonly rows: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** Prompts of 100 to 1,100 characters, about the published mean, each repeated for every model. */
function* joinedTable(): Generator<string> {
  const random = new Random(1);
  const words = 'which of the following is true "quoted" about energy, force\nand motion'.split(
    ' ',
  );
  yield 'prompt_id,model_id,category,label,prompt,model_name\n';
  for (let question = 0, bytes = 0; bytes < TARGET_BYTES; question++) {
    let prompt = `Question ${question}:`;
    const length = 100 + random.integer(1000);
    while (prompt.length < length) prompt += ` ${random.pick(words)}`;
    const quoted = `"${prompt.replaceAll('"', '""')}"`;
    let rows = '';
    for (let model = 0; model < MODELS; model++) {
      rows += `${question},${model},subject-${question % 57},${random.integer(2)},${quoted},organisation/model-${model}\n`;
    }
    bytes += rows.length;
    yield rows;
  }
}

async function measure(reader: string, file: string): Promise<Measurement> {
  const start = performance.now();
  let rows = 0;
  if (reader === 'csv-parse') {
    const source = createReadStream(file, { highWaterMark: 256 * 1024 });
    const bytes = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
    for await (const _ of bytes.pipe(parse())) rows++;
    rows--;
  } else {
    rows = (await readEmbedLLM({ responses: file })).report.rows;
  }
  const seconds = (performance.now() - start) / 1000;
  return { rows, seconds, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

async function compare(file: string, bytes: number): Promise<void> {
  const best = new Map<string, Measurement>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const reader of ['csv-parse', 'readEmbedLLM']) {
      const args = [...process.execArgv, process.argv[1] ?? '', reader, file];
      const result: Measurement = JSON.parse(
        execFileSync(process.execPath, args, { encoding: 'utf8' }),
      );
      const before = best.get(reader);
      if (before === undefined || result.seconds < before.seconds) best.set(reader, result);
    }
  }
  for (const [reader, { rows, seconds, peakBytes }] of best) {
    console.log(
      `${reader.padEnd(13)} ${Math.round(rows / seconds).toLocaleString('en')} rows/s, ` +
        `${(bytes / 1e6 / seconds).toFixed(1)} MB of CSV/s, peak memory ${(peakBytes / 1e6).toFixed(0)} MB`,
    );
  }
  const plain = best.get('csv-parse');
  const checked = best.get('readEmbedLLM');
  if (plain === undefined || checked === undefined || plain.rows !== checked.rows) {
    throw new Error('The two readers do not agree on the number of rows.');
  }
  console.log(`speed of readEmbedLLM / csv-parse: ${(plain.seconds / checked.seconds).toFixed(2)}`);
}

const [reader, input] = process.argv.slice(2);
if (reader !== undefined && input !== undefined) {
  console.log(JSON.stringify(await measure(reader, input)));
} else {
  const directory = await mkdtemp(join(tmpdir(), 'dataset-builder-bench-'));
  try {
    const file = join(directory, 'joined.csv');
    await pipeline(Readable.from(joinedTable(), { objectMode: false }), createWriteStream(file));
    const { size } = await stat(file);
    console.log(`${(size / 1e6).toFixed(0)} MB, ${MODELS} models, ${availableParallelism()} cores`);
    await compare(file, size);
    await pipeline(
      createReadStream(file),
      createGzip({ level: 1 }),
      createWriteStream(`${file}.gz`),
    );
    console.log(`\ngzip, ${((await stat(`${file}.gz`)).size / 1e6).toFixed(0)} MB`);
    await compare(`${file}.gz`, size);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
