/**
 * Reads a generated log of Inspect in JSON, of about 490 MB, with `readInspectLogs` and with
 * JSON.parse of the whole file, which checks nothing. Node reads no file of more than 512 MiB into
 * one string, so a larger log could not be compared. Every measurement is a process of its own, so
 * that the peak memory is its own too; the two alternate and the best of each counts.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Random } from '@embedllm/core';
import { readInspectLogs } from '../src/index.js';

const SAMPLES = 7_500;
const ROUNDS = 3;
const READERS = ['readInspectLogs', 'JSON.parse'] as const;

interface Measurement {
  readonly samples: number;
  /** Share of them that are correct. */
  readonly accuracy: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** A log with transcripts of about 64 kB a sample, as of an agent that calls tools. */
function* inspectLog(): Generator<string> {
  const random = new Random(1);
  const words = 'the tool printed "ok"\nand\tthe agent \\ tried {another} [step] with résumé'.split(
    ' ',
  );
  const text = (length: number): string => {
    let written = '';
    while (written.length < length) written += `${random.pick(words)} ${random.integer(1000)} `;
    return written;
  };
  const spec = {
    created: '2026-01-02T03:04:05+00:00',
    task: 'agents',
    model: 'maple/agent-1',
    dataset: { name: 'agents', samples: SAMPLES },
    config: { epochs: 1 },
  };
  const head = { version: 2, status: 'success', eval: spec };
  const results = { total_samples: SAMPLES, completed_samples: SAMPLES };
  yield `${JSON.stringify({ ...head, results }, null, 2).slice(0, -2)},\n  "samples": [\n`;
  for (let id = 1; id <= SAMPLES; id++) {
    const messages = Array.from({ length: 8 }, (_, turn) => ({
      role: turn % 2 === 0 ? 'user' : 'assistant',
      content: text(2000),
    }));
    const events = Array.from({ length: 10 }, (_, order) => ({
      event: 'tool',
      timestamp: '2026-01-02T03:04:05+00:00',
      order,
      result: text(4300),
    }));
    const sample = {
      ...{ id, epoch: 1, input: text(400), target: 'done', messages, events },
      scores: { match: { value: random.integer(3) === 0 ? 'I' : 'C', explanation: text(200) } },
    };
    const lines = JSON.stringify(sample, null, 2).replaceAll('\n', '\n    ');
    yield `    ${lines}${id < SAMPLES ? ',' : ''}\n`;
  }
  yield '  ]\n}\n';
}

/** What JSON.parse is to find: as much as is needed for a correctness matrix. */
interface ParsedLog {
  readonly samples: readonly { readonly scores: { readonly match: { readonly value: string } } }[];
}

async function answersOf(reader: string, file: string): Promise<boolean[]> {
  if (reader === 'JSON.parse') {
    const log: ParsedLog = JSON.parse(await readFile(file, 'utf8'));
    return log.samples.map(({ scores }) => scores.match.value === 'C');
  }
  const { questions, correctness } = await readInspectLogs([file]);
  return questions.map((_, question) => correctness.get(question, 0) === 1);
}

async function measure(reader: string, file: string): Promise<Measurement> {
  const start = performance.now();
  const before = process.cpuUsage();
  const answers = await answersOf(reader, file);
  const { user, system } = process.cpuUsage(before);
  return {
    samples: answers.length,
    accuracy: answers.filter(Boolean).length / answers.length,
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function compare(file: string): void {
  const best = new Map<string, Measurement>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const reader of READERS) {
      // All that is in memory may be needed at once.
      const args = [...process.execArgv, '--max-old-space-size=8192', process.argv[1] ?? ''];
      const result: Measurement = JSON.parse(
        execFileSync(process.execPath, [...args, reader, file], { encoding: 'utf8' }),
      );
      const known = best.get(reader);
      if (known === undefined || result.cpuSeconds < known.cpuSeconds) best.set(reader, result);
    }
  }
  for (const [reader, { seconds, cpuSeconds, peakBytes }] of best) {
    console.log(
      `${reader.padEnd(15)} ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s CPU, ` +
        `peak memory ${(peakBytes / 1e6).toFixed(0)} MB`,
    );
  }
  const [own, parsed] = READERS.map((reader) => best.get(reader));
  if (own === undefined || parsed === undefined || own.accuracy !== parsed.accuracy) {
    throw new Error('The two readers do not agree on the answers.');
  }
  console.log(
    `readInspectLogs takes ${(own.cpuSeconds / parsed.cpuSeconds).toFixed(2)} times the CPU time ` +
      `and ${(own.peakBytes / parsed.peakBytes).toFixed(2)} times the memory of JSON.parse`,
  );
}

const [reader, input] = process.argv.slice(2);
if (reader !== undefined && input !== undefined) {
  console.log(JSON.stringify(await measure(reader, input)));
} else {
  const directory = await mkdtemp(join(tmpdir(), 'dataset-builder-bench-'));
  try {
    const file = join(directory, '2026-01-02T03-04-05+00-00_agents_x1.json');
    await pipeline(Readable.from(inspectLog(), { objectMode: false }), createWriteStream(file));
    const { size } = await stat(file);
    console.log(
      `${(size / 1e6).toFixed(0)} MB, ${SAMPLES} samples, ${availableParallelism()} cores, best of ${ROUNDS}`,
    );
    compare(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
