/**
 * Five your own models without any records: how well they are known from a few answers each, and
 * what routing among them is worth. Any folder with the usual columns:
 *   tsx bench/day-one.ts FOLDER [draws]
 * Each draw takes five models out of those that answered nearly everything, trains the pool on all
 * others, and lets the five answer n training questions: the same random ones, those suggested, or ones
 * spread over categories and difficulties as `embedllm init` does, with and without what the pool's
 * answers say about each question. `wide` draws span 25 points of
 * accuracy at least, `similar` ones 6 at most, `stronger` are five of the best eight, and the pool has
 * none of these. Settings of the pool are chosen on validation; accuracy and routing are judged on the
 * test questions, which nobody trained on.
 */
import {
  type CorrectnessMatrix,
  type Matrix,
  MISSING,
  Random,
  splitQuestions,
} from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import { questionsToAsk } from '../../cli/src/commands/init/questions-to-ask.js';
import { Router } from '../src/index.js';
import {
  fitQuestionEffects,
  Learner,
  type LearningOptions,
  type QuestionEffect,
} from '../src/learning/index.js';
import { drawModels, SIZE } from './draw-models.js';
import { meanWithInterval } from './zeroeval/mean-with-interval.js';

const COUNTS = [20, 40, 80];
const BANK = 1000;
const [folder, draws = '10'] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: tsx bench/day-one.ts FOLDER [draws]');
const { questions, correctness: all, split: fixed } = await readEvaluationFolder(folder);
const categories = questions.map(({ category }) => category);
const split = fixed ?? splitQuestions(categories, { seed: 0 });
const texts = questions.map(({ prompt }) => prompt);
const answered = all.models.map(
  (_, m) => questions.filter((_, q) => all.row(q)[m] !== MISSING).length,
);
const complete = [...answered.keys()].filter((m) => answered[m]! >= 0.97 * questions.length);
const encoder = await fitLsaEncoder({ texts: split.train.map((q) => texts[q]!), dimensions: 256 });
const embeddings = await encoder.encode(texts);
const engine = await resolveEngine();
/** A bank as one would ship it: a random sample of the training questions. */
const bankOf = new Random(0).shuffle([...split.train]).slice(0, BANK);
const bank = embeddings.selectRows(bankOf);
const bankCategories = bankOf.map((q) => categories[q]!);
const test = embeddings.selectRows(split.test);
/** Share of right answers among those given. */
const accuracy = (m: number, of: readonly number[]): number => {
  const labels = of.map((q) => all.row(q)[m]).filter((label) => label !== MISSING);
  return labels.reduce<number>((sum, label) => sum + (label ?? 0), 0) / labels.length;
};
const strength = new Map(complete.map((m) => [m, accuracy(m, bankOf)]));

interface Figures {
  readonly error: number[];
  readonly held: number[];
  readonly regret: number[];
  readonly routing: number[];
}

for (const group of ['wide', 'similar', 'stronger'] as const) {
  const table = new Map<string, Figures>();
  for (let draw = 0; draw < Number(draws); draw++) {
    const { five, pool } = drawModels({
      group,
      complete,
      all: all.models.length,
      strength,
      random: new Random(1000 + draw),
    });
    await measure(table, five, pool, draw);
  }
  const name = folder.split('/').at(-1);
  console.log(
    `\n${name}, ${group}: ${draws} draws of ${SIZE} models; ${split.test.length} test questions; ` +
      'means and 95% intervals over draws, in points\n',
  );
  console.log(
    '| n, asked | error of accuracy | 95% intervals hold | best model, vs truly best | routing, vs truly best |',
  );
  console.log('| --- | --- | --- | --- | --- |');
  for (const [what, { error, held, regret, routing }] of table) {
    const cells = [error, held, regret, routing].map((values) =>
      values.length > 1
        ? meanWithInterval(
            values.map((value) => 100 * value),
            1,
          )
        : '',
    );
    console.log(`| ${what} | ${cells.join(' | ')} |`);
  }
}
await engine.dispose();

async function measure(
  table: Map<string, Figures>,
  five: readonly number[],
  pool: readonly number[],
  draw: number,
): Promise<void> {
  const part = (indices: readonly number[], models: readonly number[]) => ({
    embeddings: embeddings.selectRows(indices),
    correctness: all.selectQuestions(indices).selectModels(models),
  });
  const train = part(split.train, pool);
  const { model } = await trainDirect({
    train,
    validation: part(split.validation, pool),
    engine,
  });
  const { effects } = fitQuestionEffects({ model, ...part(bankOf, pool) });
  const truth = all.selectQuestions(split.test).selectModels(five);
  const best = Math.max(...five.map((m) => accuracy(m, split.test)));
  const random = new Random(draw).shuffle([...bankOf.keys()]);
  const difficulties = bankOf.map((q, row) => {
    const labels = pool.flatMap((m) => (all.row(q)[m] === MISSING ? [] : [all.row(q)[m] ?? 0]));
    const right = labels.reduce((sum, label) => sum + label, 0);
    return { category: bankCategories[row]!, poolAccuracy: right / Math.max(1, labels.length) };
  });
  for (const count of COUNTS) {
    const drawn = random.slice(0, count);
    note(table, `${count}, random, mean of the answers`, {
      estimates: five.map((m) =>
        accuracy(
          m,
          drawn.map((i) => bankOf[i]!),
        ),
      ),
      five,
      best,
    });
    const suggest = (options: { effects?: readonly QuestionEffect[]; categories?: string[] }) =>
      new Learner(new Router({ model })).suggestQuestions(count, { candidates: bank, ...options });
    const plain = suggest({});
    const known = suggest({ effects, categories: bankCategories });
    const first = known.slice(0, count / 2);
    const half = [...first, ...random.filter((i) => !first.includes(i)).slice(0, count / 2)];
    const spread = questionsToAsk(difficulties, { count, seed: draw });
    const twice = { priorWidth: 2 };
    const variants: [
      string,
      readonly number[],
      readonly QuestionEffect[] | undefined,
      LearningOptions,
    ][] = [
      ['random', drawn, undefined, {}],
      ['random, effects', drawn, effects, {}],
      ['suggested', plain, undefined, {}],
      ['suggested by category, effects', known, effects, {}],
      ['half suggested by category, effects, prior x 2', half, effects, twice],
      ['spread, effects, prior x 2', spread, effects, twice],
      [
        'spread, effects, prior x 2, ability + 1',
        spread,
        effects,
        { ...twice, abilityVariance: 1 },
      ],
    ];
    for (const [what, asked, own, options] of variants) {
      const router = new Router({ model });
      const joined = new Learner(router, options);
      for (const m of five) {
        const answers = asked.flatMap((i) => {
          const outcome = all.row(bankOf[i]!)[m];
          if (outcome === MISSING || outcome === undefined) return [];
          return [{ question: bank.row(i), outcome, effect: own?.[i] }];
        });
        await joined.addModel(nameOf(m), answers);
      }
      const { models: estimates } = joined.predictAccuracies({
        questions: bank,
        effects: own,
        draws: 300,
      });
      const { probabilities } = router.predict(test);
      note(table, `${count}, ${what}`, {
        estimates: estimates.map((estimate) => estimate.accuracy),
        intervals: estimates,
        five,
        best,
        routed: routed(
          probabilities,
          five.map((m) => router.models.findIndex(({ name }) => name === nameOf(m))),
          truth,
        ),
      });
    }
  }
}

function nameOf(m: number): string {
  return `own: ${all.models[m]}`;
}

function note(
  table: Map<string, Figures>,
  what: string,
  result: {
    estimates: readonly number[];
    intervals?: readonly { low: number; high: number }[];
    five: readonly number[];
    best: number;
    routed?: number;
  },
): void {
  const { estimates, intervals, five, best, routed: routing } = result;
  const figures = table.get(what) ?? { error: [], held: [], regret: [], routing: [] };
  table.set(what, figures);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const true_ = five.map((m) => strength.get(m)!);
  figures.error.push(mean(estimates.map((estimate, i) => Math.abs(estimate - true_[i]!))));
  if (intervals) {
    figures.held.push(
      mean(intervals.map(({ low, high }, i) => (true_[i]! >= low && true_[i]! <= high ? 1 : 0))),
    );
  }
  const top = Math.max(...estimates);
  const chosen = five.filter((_, i) => estimates[i] === top);
  figures.regret.push(mean(chosen.map((m) => accuracy(m, split.test))) - best);
  if (routing !== undefined) figures.routing.push(routing - best);
}

/** Share of the test questions that the likeliest of the five gets right. */
function routed(
  probabilities: Matrix,
  columns: readonly number[],
  truth: CorrectnessMatrix,
): number {
  let right = 0;
  let judged = 0;
  for (let q = 0; q < truth.questionCount; q++) {
    let choice = 0;
    columns.forEach((column, i) => {
      if (probabilities.at(q, column) > probabilities.at(q, columns[choice]!)) choice = i;
    });
    const label = truth.row(q)[choice];
    if (label === MISSING) continue;
    judged++;
    right += label ?? 0;
  }
  return right / judged;
}
