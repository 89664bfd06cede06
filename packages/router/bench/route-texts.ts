/**
 * From a text to the choice of a model, by encoder: texts a CPU second, peak memory, how long one decision
 * takes for prompts of 20, 200 and 2,000 tokens, and 3,000 questions at once.
 *   tsx bench/route-texts.ts [runs] [encoder ...]
 * Each encoder has a process of its own, in turns, on one core where `taskset` is there; the least of the
 * runs counts. all-MiniLM-L6-v2 has real weights and stands next to plain ONNX Runtime: one text a call,
 * one thread. The router has the size of the published one, 112 models and d = 232.
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { FactorizationModel, Matrix, Random } from '@embedllm/core';
import { bankTexts } from '../../question-encoder/bench/bank-texts.js';
import { textsOfTokens } from '../../question-encoder/bench/texts-of-tokens.js';
import { miniLmFolder } from '../../question-encoder/test/support/minilm/write-minilm.js';
import { hasZeroEval, readZeroEval } from '../../question-encoder/test/support/zeroeval.js';
import { Router } from '../src/index.js';
import { ENCODERS } from './route-texts/routed-encoders.js';

const [MODELS, LATENT] = [112, 232];
const QUESTIONS = 3000;
const TOKENS = [20, 200, 2000];
/** A transformer's share of the questions whose encoding is measured: every twelfth. */
const SHARE = 12;

interface Measured {
  readonly texts: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** Wall time of a decision by tokens of the prompt, median, in ms. */
  readonly decisionMs: readonly number[];
}

/** All 3,000 questions from text to choice. */
interface Chosen {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

const training = hasZeroEval ? readZeroEval() : undefined;
const texts = [...(training?.prompts ?? []), ...bankTexts()];
const questions = Array.from({ length: QUESTIONS }, (_, i) => texts[i % texts.length] ?? '');
const [task, name] = process.argv.slice(2);
if (task === 'encode' && name) console.log(JSON.stringify(await encode(name)));
else if (task === 'choose' && name) console.log(JSON.stringify(await choose(name)));
else await compare(Number(task ?? 3), process.argv.slice(3));

async function openEncoder(kind: string) {
  const { open, isTransformer } = ENCODERS[kind] ?? {};
  if (!open) throw new Error(`No encoder ${kind}: ${Object.keys(ENCODERS).join(', ')}.`);
  const encoder = await open(
    training?.split.train.map((q) => training.prompts[q] ?? '') ?? bankTexts(),
  );
  const random = new Random(1);
  const gaussian = (rows: number, cols: number): Matrix =>
    new Matrix(
      rows,
      cols,
      Float32Array.from({ length: rows * cols }, () => random.normal()),
    );
  const model = new FactorizationModel({
    models: Array.from({ length: MODELS }, (_, index) => `model-${index}`),
    modelEmbeddings: gaussian(MODELS, LATENT),
    projection: gaussian(LATENT, encoder.dimensions),
    projectionBias: new Float32Array(LATENT),
    classifier: gaussian(2, LATENT),
    classifierBias: new Float32Array(2),
  });
  return { encoder, router: new Router({ model, encoder }), isTransformer };
}

async function encode(kind: string): Promise<Measured> {
  const { encoder, router, isTransformer } = await openEncoder(kind);
  const part = questions.filter((_, index) => !isTransformer || index % SHARE === 0);
  await encoder.encode(['The first call loads what there is to load.']);
  const { cpuSeconds } = await time(() => encoder.encode(part));
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const decisionMs: number[] = [];
  for (const tokens of TOKENS) {
    const calls = isTransformer ? 15 : 200;
    const prompts = await textsOfTokens(questions, { tokens, count: calls + 5 });
    const waits: number[] = [];
    for (const [call, prompt] of prompts.entries()) {
      const start = performance.now();
      await router.route(prompt);
      if (call >= 5) waits.push(performance.now() - start);
    }
    decisionMs.push(waits.sort((a, b) => a - b)[Math.floor(calls / 2)] ?? Number.NaN);
  }
  return { texts: part.length, cpuSeconds, peakMb, decisionMs };
}

async function choose(kind: string): Promise<Chosen> {
  const { encoder, router } = await openEncoder(kind);
  // What a server has done before: loaded what there is to load, and compiled the code.
  router.choose(await encoder.encode(questions.slice(0, 50)));
  let choices: Int32Array = new Int32Array();
  const taken = await time(async () => {
    choices = router.choose(await encoder.encode(questions));
  });
  if (new Set(choices).size < 2) throw new Error('The router chooses one model alone.');
  return taken;
}

async function time(work: () => Promise<unknown>): Promise<Chosen> {
  const used = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(used);
  return {
    wallSeconds: (performance.now() - start) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
}

function child<T>(what: 'encode' | 'choose', kind: string): T {
  const node = ['--import', 'tsx', fileURLToPath(import.meta.url), what, kind];
  const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  const [command, ...rest] = pinned
    ? ['taskset', '-c', '0', process.execPath, ...node]
    : [process.execPath, ...node];
  const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${kind}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

async function compare(runs: number, asked: readonly string[]): Promise<void> {
  await miniLmFolder();
  const kinds = asked.length > 0 ? asked : Object.keys(ENCODERS);
  const source = hasZeroEval ? 'ZeroEval and MMLU-Pro' : 'MMLU-Pro (ZeroEval is not there)';
  console.log(`${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`);
  console.log(
    `${QUESTIONS} questions of ${source}; transformers encode every ${SHARE}th, at most 256 tokens; least of ${runs} runs\n`,
  );
  const results = new Map<string, Measured[]>(kinds.map((kind) => [kind, []]));
  for (let run = 0; run < runs; run++) {
    for (const [kind, list] of results) list.push(child<Measured>('encode', kind));
  }
  const least = (kind: string, of: (run: Measured) => number): number =>
    Math.min(...(results.get(kind) ?? []).map(of));
  const speed = (kind: string): number => 1 / least(kind, (run) => run.cpuSeconds / run.texts);
  console.log(
    '| encoder | texts per CPU second | ratio | to | peak memory | one decision, 20 tokens | 200 tokens | 2,000 tokens |',
  );
  console.log(`| --- |${' --- |'.repeat(7)}`);
  for (const kind of kinds) {
    const reference = ENCODERS[kind]?.reference;
    const known = reference !== undefined && results.has(reference) ? reference : undefined;
    const cells = [
      ...[kind, speed(kind).toFixed(speed(kind) < 100 ? 1 : 0)],
      ...[known ? (speed(kind) / speed(known)).toFixed(3) : '', known ?? ''],
      `${least(kind, (run) => run.peakMb).toFixed(0)} MB`,
      ...TOKENS.map(
        (_, i) => `${least(kind, (run) => run.decisionMs[i] ?? Number.NaN).toFixed(2)} ms`,
      ),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(`\n| ${QUESTIONS} questions from text to choice | time | CPU time | ratio to lsa |`);
  console.log('| --- | --- | --- | --- |');
  let first: number | undefined;
  for (const kind of kinds.filter((each) => !each.startsWith('onnxruntime'))) {
    // A transformer takes a minute: once.
    const times = Array.from({ length: ENCODERS[kind]?.isTransformer ? 1 : runs }, () =>
      child<Chosen>('choose', kind),
    );
    const wall = Math.min(...times.map(({ wallSeconds }) => wallSeconds));
    const cpu = Math.min(...times.map(({ cpuSeconds }) => cpuSeconds));
    first ??= cpu;
    console.log(
      `| ${kind} | ${wall.toFixed(3)} s | ${cpu.toFixed(3)} s | ${(cpu / first).toFixed(2)} |`,
    );
  }
}
