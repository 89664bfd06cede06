/**
 * `embedllm init` end to end, where the truth is known: five models of ZeroEval on a server of this
 * machine that answers as the labels say, and a copy of `@embedllm/pretrained` that knows none of them.
 *   tsx bench/day-one.ts ZEROEVAL [draws] [wide,similar,stronger] [20,40,80]
 * Each draw asks 20, 40 and 80 questions, one record after the other, with `--yes` alone: prices are
 * ZeroEval's list prices. Accuracy is judged on the whole bank, routing on the 284 test questions, which
 * nobody was asked or trained on. `killed` ends one run with SIGKILL at three moments.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MISSING, Random } from '@embedllm/core';
import { fromPretrained } from '@embedllm/core/node';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { pretrained, questionBank } from '@embedllm/pretrained';
import { restoreEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { resolveEngine } from '@embedllm/trainer';
import { type DrawnGroup, drawModels } from '../../router/bench/draw-models.js';
import { meanWithInterval } from '../../router/bench/zeroeval/mean-with-interval.js';
import { labelledServer } from './day-one/labelled-server.js';
import { pretrainedWithout } from './day-one/pretrained-without.js';

const [folder, draws = '20', groups = 'wide,similar,stronger', counts = '20,40,80'] =
  process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: tsx bench/day-one.ts ZEROEVAL [draws] [groups]');
const { questions, models, correctness, split } = await readEvaluationFolder(folder);
if (!split) throw new Error('The folder has no split.');
const artifact = await pretrained({ collection: 'zeroeval' });
const encoder = await restoreEncoder(artifact.encoder);
const texts = questions.map(({ prompt }) => prompt);
const embeddings = await encoder.encode(texts);
const coverage = (await encoder.coverage?.(texts)) ?? new Float32Array(texts.length).fill(1);
const { questions: bank } = await questionBank({ collection: 'zeroeval' });
const indexById = new Map(questions.map(({ id }, q) => [`zeroeval/${id}`, q]));
const bankOf = bank.map(({ id }) => indexById.get(id) ?? -1);
const complete = models.flatMap((_, m) =>
  questions.filter((_, q) => correctness.row(q)[m] !== MISSING).length >= 0.97 * texts.length
    ? [m]
    : [],
);
const accuracy = (m: number, of: readonly number[]): number => {
  const labels = of.map((q) => correctness.row(q)[m]).filter((label) => label !== MISSING);
  return labels.reduce<number>((sum, label) => sum + (label ?? 0), 0) / labels.length;
};
const strength = new Map(complete.map((m) => [m, accuracy(m, bankOf)]));
const priceOf = (m: number): number => models[m]?.pricePerMillionOutputTokens ?? 0;
/** Tokens of a usual answer: a quarter of its recorded characters. */
const lengthOf = (m: number): number =>
  Math.round(Number(models[m]?.metadata?.meanOutputChars ?? 800) / 4);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const root = await mkdtemp(join(tmpdir(), 'embedllm-day-one-'));
const copy = join(root, 'pretrained');
const engine = await resolveEngine();
const records = {
  ...{ artifact, bank, embeddings, coverage, correctness, split, bankOf, engine },
  categories: questions.map(({ category }) => category),
};
const modelByName = new Map(models.map(({ name }, m) => [name, m]));
const server = await labelledServer(
  bank,
  (name, { id }) => {
    const label = correctness.row(indexById.get(id) ?? 0)[modelByName.get(name) ?? 0];
    return label === MISSING ? undefined : label === 1;
  },
  (name) => lengthOf(modelByName.get(name) ?? 0),
);

interface Figures {
  readonly error: number[];
  readonly held: number[];
  readonly best: number[];
  readonly raw: number[];
  readonly routing: number[];
  readonly saved: number[];
  readonly calls: number[];
  readonly dollars: number[];
  readonly seconds: number[];
}

try {
  for (const group of groups.split(',')) {
    if (group === 'killed') await killed();
    else await study(group as DrawnGroup);
  }
} finally {
  server.close();
  await engine.dispose();
  await rm(root, { recursive: true, force: true });
}

async function study(group: DrawnGroup): Promise<void> {
  const table = new Map<number, Figures>();
  for (let draw = 0; draw < Number(draws); draw++) {
    const random = new Random(1000 + draw);
    const given = { group, complete, all: models.length, strength, random };
    const { five, pool } = drawModels(given);
    await pretrainedWithout(copy, pool, records);
    const output = join(root, `${group}-${draw}`);
    for (const count of counts.split(',').map(Number)) {
      await measure(table, output, five, { count, seed: draw });
    }
    await rm(output, { recursive: true });
    // It takes long: what there is so far is worth seeing.
    if ((draw + 1) % 5 === 0 || draw + 1 === Number(draws)) describe(group, draw + 1, table);
  }
}

function describe(group: DrawnGroup, drawn: number, table: ReadonlyMap<number, Figures>): void {
  console.log(
    `\n${group}: ${drawn} draws of 5 models, seeds 1000 up, questions by --seed 0 up; ${bank.length} questions in the bank, ${split?.test.length} test questions; means and 95% intervals over draws\n`,
  );
  console.log(
    '| --count | calls | dollars | seconds | error of accuracy, points | 95% intervals hold | model of the best accuracy, less truly best | model of the most right answers, less truly best | routing, less truly best | its cost, share of the truly best |',
  );
  console.log(`| --- |${' --- |'.repeat(9)}`);
  for (const [count, figures] of table) {
    const { calls, dollars, seconds, error, held, best, raw, routing, saved } = figures;
    const hundred = [error, held, best, raw, routing].map((values) =>
      meanWithInterval(
        values.map((value) => 100 * value),
        1,
      ),
    );
    const cells = [mean(calls).toFixed(0), mean(dollars).toFixed(3), mean(seconds).toFixed(1)];
    console.log(`| ${[count, ...cells, ...hundred, meanWithInterval(saved, 2)].join(' | ')} |`);
  }
}

/** One run of `init`, and what it came to. */
async function measure(
  table: Map<number, Figures>,
  output: string,
  five: readonly number[],
  { count, seed }: Asking,
): Promise<void> {
  const start = performance.now();
  const { code, stdout, stderr } = await init(output, five, { count, seed });
  if (code !== 0) throw new Error(`init ended with ${code}: ${stderr}`);
  const { findings, cost } = JSON.parse(stdout);
  const estimated: {
    accuracy: number;
    low: number;
    high: number;
    meanOutcome: number;
    asked: number;
  }[] = findings.models;
  const truth = five.map((m) => strength.get(m) ?? 0);
  const tested = five.map((m) => accuracy(m, split?.test ?? []));
  const top = Math.max(...tested);
  /** Mean over those tied for the highest. */
  const chosenBy = (values: readonly number[]): number => {
    const most = Math.max(...values);
    return mean(tested.filter((_, i) => values[i] === most));
  };
  const figures = table.get(count) ?? {
    ...{ error: [], held: [], best: [], raw: [], routing: [], saved: [] },
    ...{ calls: [], dollars: [], seconds: [] },
  };
  table.set(count, figures);
  figures.seconds.push((performance.now() - start) / 1000);
  figures.calls.push(estimated.reduce((sum, { asked }) => sum + asked, 0));
  figures.dollars.push(cost);
  figures.error.push(mean(estimated.map((each, i) => Math.abs(each.accuracy - truth[i]!))));
  figures.held.push(
    mean(estimated.map(({ low, high }, i) => (truth[i]! >= low && truth[i]! <= high ? 1 : 0))),
  );
  figures.best.push(chosenBy(estimated.map((each) => each.accuracy)) - top);
  figures.raw.push(chosenBy(estimated.map((each) => each.meanOutcome)) - top);
  const router = Router.fromArtifact(await fromPretrained(join(output, 'artifact')), { encoder });
  const test = split?.test ?? [];
  const { probabilities } = router.predict(embeddings.selectRows(test), {
    coverage: Float32Array.from(test, (q) => coverage[q] ?? 0),
  });
  let [right, judged, spent, alone] = [0, 0, 0, 0];
  const best = five[tested.indexOf(top)]!;
  for (const [row, q] of test.entries()) {
    const logits = probabilities.row(row);
    const choice = five[logits.indexOf(Math.max(...logits))]!;
    const label = correctness.row(q)[choice];
    if (label === MISSING) continue;
    judged++;
    right += label ?? 0;
    spent += priceOf(choice) * lengthOf(choice);
    alone += priceOf(best) * lengthOf(best);
  }
  figures.routing.push(right / judged - top);
  if (alone > 0) figures.saved.push(spent / alone);
}

/** How many questions, and which. */
interface Asking {
  readonly count: number;
  readonly seed: number;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function init(
  output: string,
  five: readonly number[],
  { count, seed }: Asking,
  onStart: (kill: () => void) => void = () => {},
): Promise<Ended> {
  const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
  const hook = new URL('./day-one/use-pretrained.mjs', import.meta.url).href;
  const prices = five.flatMap((m) => ['--price', `${models[m]?.name}=0/${priceOf(m)}`]);
  const addresses = five.map((m) => `${server.baseURL}#${models[m]?.name}`).join(',');
  const argv = ['init', '--bank', 'zeroeval', '--yes', '--json', '--overwrite', '--output', output];
  const child = spawn(
    process.execPath,
    [
      '--import',
      hook,
      bin,
      ...argv,
      ...['--count', String(count), '--seed', String(seed)],
      '--models',
      addresses,
      ...prices,
    ],
    { env: { ...process.env, EMBEDLLM_BENCH_PRETRAINED: copy }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onStart(() => child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, ...said };
}

/** Kills one run again and again, and counts what was asked more than once. */
async function killed(): Promise<void> {
  const given = { complete, all: models.length, strength, random: new Random(1) };
  const { five, pool } = drawModels({ group: 'similar', ...given });
  await pretrainedWithout(copy, pool, records);
  const output = join(root, 'killed');
  server.asked.clear();
  let kills = 0;
  for (const after of [1, 37, 61]) {
    let requests = 0;
    const { code } = await init(output, five, { count: 40, seed: 0 }, (kill) => {
      server.onRequest = () => {
        if (++requests === after) kill();
      };
    });
    if (code === null) kills++;
  }
  server.onRequest = () => {};
  const { code, stderr } = await init(output, five, { count: 40, seed: 0 });
  if (code !== 0) throw new Error(`init ended with ${code}: ${stderr}`);
  const times = [...server.asked.values()];
  const again = times.reduce((sum, count) => sum + count - 1, 0);
  console.log(
    `\nkilled ${kills} times and resumed: ${times.length} questions asked, ${again} of them again (4 workers for each of 5 models, so ${kills * 20} at most).`,
  );
}
