// Generates a table of one million questions x 1,000 models of which 1% of the labels are there,
// imports it into a store and loads it with toDataset, each in a process of its own. Prints times,
// peak memory, and the ratio to the bytes that a table of all labels would take.
// EMBEDLLM_BENCH_QUESTIONS sets the number of questions (default 1,000,000).
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random, splitQuestions } from '@embedllm/core';
import { openEvaluationStore } from '../src/store.js';

const MODELS = 1000;
const LABELS_PER_QUESTION = 10;

const [, , phase, file = '', path = ''] = process.argv;
if (phase === '--import') await importOnce();
else if (phase === '--load') await loadOnce();
else await main();

async function main(): Promise<void> {
  const questions = Number(process.env.EMBEDLLM_BENCH_QUESTIONS ?? 1e6);
  const folder = mkdtempSync(join(tmpdir(), 'embedllm-bench-'));
  try {
    const csv = join(folder, 'responses.csv');
    await generate(csv, questions);
    console.log(
      `${questions} questions x ${MODELS} models, ${questions * LABELS_PER_QUESTION} labels, ${(statSync(csv).size / 1e6).toFixed(0)} MB of CSV`,
    );
    for (const step of ['--import', '--load']) {
      const args = ['--import', 'tsx', fileURLToPath(import.meta.url), step, csv];
      const result = spawnSync(process.execPath, [...args, join(folder, 's.duckdb')], {
        encoding: 'utf8',
      });
      if (result.status !== 0) throw new Error(result.stderr);
      console.log(result.stdout.trim());
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function generate(csv: string, questions: number): Promise<void> {
  const random = new Random(1);
  const out = createWriteStream(csv, { highWaterMark: 1 << 20 });
  out.write('question,model,score,category,prompt\n');
  for (let question = 0; question < questions; question++) {
    const first = random.integer(MODELS);
    const prompt = `What follows question ${question} of ${random.integer(1e9)}?`;
    let lines = '';
    for (let k = 0; k < LABELS_PER_QUESTION; k++) {
      const model = (first + k * 97) % MODELS;
      lines += `${question},model-${model},${random.integer(2)},topic-${question % 20},${prompt}\n`;
    }
    if (!out.write(lines)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function importOnce(): Promise<void> {
  const store = await openEvaluationStore(path);
  const start = performance.now();
  const { responses } = await store.importTable(file, {
    question: 'question',
    model: 'model',
    score: 'score',
    category: 'category',
    prompt: 'prompt',
  });
  report(`import of ${responses} labels`, start);
  store.close();
}

async function loadOnce(): Promise<void> {
  const store = await openEvaluationStore(path);
  let start = performance.now();
  const { questions, correctness } = await store.toDataset();
  report(`toDataset of ${correctness.countObserved()} labels (${correctness.storage})`, start);
  start = performance.now();
  const split = splitQuestions(
    questions.map(({ category }) => category),
    { seed: 1 },
  );
  const train = correctness.selectQuestions(split.train);
  report(`split and select, ${train.countObserved()} labels to train on`, start);
  const table = correctness.questionCount * correctness.modelCount;
  const sparse = 5 * correctness.countObserved() + 4 * correctness.questionCount;
  console.log(
    `labels take ${(sparse / 1e6).toFixed(0)} MB, a table ${(table / 1e6).toFixed(0)} MB: ratio ${(table / sparse).toFixed(1)}`,
  );
  store.close();
}

function report(what: string, start: number): void {
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  console.log(
    `${what}: ${((performance.now() - start) / 1000).toFixed(1)} s; the process so far took ${((userCPUTime + systemCPUTime) / 1e6).toFixed(1)} s of CPU, peak ${peak.toFixed(0)} MB`,
  );
}
