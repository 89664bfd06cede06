/**
 * Whether the promise of `embedllm try` is kept: 200 simulated customers, each with models of their own, a
 * mix of subjects of their own and a log of at most 1,500 requests, out of the half of MMLU-Pro (or ZeroEval)
 * that the router was not trained on. Policies are tested from cautious to bold on marked answers; the boldest
 * that passes is judged on all questions of these subjects. Ends with exit code 1 where fewer than 90% of
 * the promises hold. Prices of MMLU-Pro's models are made up by their size.
 *   tsx bench/try.ts FOLDER [customers] [draws] [first seed]
 */
import { Matrix, MISSING, Random } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import { boldPolicies, drawRequests, testShare } from '../src/guarantee/index.js';
import { Router } from '../src/index.js';

const SHARE = 0.95;
const CONFIDENCE = 0.9;
const [folder, customers = '200', draws = '60', firstSeed = '1000'] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: tsx bench/try.ts FOLDER [customers] [draws]');
const { questions, correctness } = await readEvaluationFolder(folder);
const complete = [...correctness.models.keys()].filter(
  (m) =>
    questions.filter((_, q) => correctness.row(q)[m] !== MISSING).length >= 0.97 * questions.length,
);
const all = correctness.selectModels(complete);
const halves = new Random(0).shuffle([...questions.keys()]);
const cut = Math.floor(halves.length / 2);
const [train, validation, held] = [
  halves.slice(0, Math.floor(cut * 0.85)),
  halves.slice(Math.floor(cut * 0.85), cut),
  halves.slice(cut),
];
const texts = questions.map(({ prompt }) => prompt);
const encoder = await fitLsaEncoder({ texts: train.map((q) => texts[q]!), dimensions: 256 });
const embeddings = await encoder.encode(texts);
const part = (indices: readonly number[]) => ({
  embeddings: embeddings.selectRows(indices),
  correctness: all.selectQuestions(indices),
});
const engine = await resolveEngine();
const { model } = await trainDirect({ train: part(train), validation: part(validation), engine });
await engine.dispose();
const { probabilities } = new Router({ model }).predict(part(held).embeddings);
const truth = all.selectQuestions(held);
const label = (n: number, m: number): number => Number(truth.get(n, m) ?? 0);
const accuracy = all.models.map(
  (_, m) => held.reduce((sum, _, n) => sum + label(n, m), 0) / held.length,
);
const subjects = [...new Set(held.map((q) => questions[q]!.category))];

interface Result {
  readonly kept: boolean;
  readonly found: boolean;
  readonly switched: number;
  readonly saved: number;
  readonly marks: number;
  readonly ratio: number;
  /** The boldest policy that does keep the share, whoever knew it. */
  readonly possible: number;
}

function customer(seed: number): Result | undefined {
  const random = new Random(seed);
  const size = 3 + random.integer(3);
  const pool = random
    .shuffle([...all.models.keys()])
    .slice(0, size)
    .sort((a, b) => accuracy[b]! - accuracy[a]!);
  if (accuracy[pool[0]!]! < 0.3) return undefined;
  // The best model is dear; others cost less the worse they are, but not strictly.
  const prices = pool.map(
    (m) =>
      0.002 *
      10 ** (3 * (accuracy[m]! - accuracy[pool[0]!]!)) *
      (m === pool[0] ? 1 : 0.3 + 0.6 * random.uniform()),
  );
  const many = Math.max(1, Math.ceil(subjects.length * (0.2 + 0.8 * random.uniform())));
  const chosen = new Set(random.shuffle([...subjects]).slice(0, many));
  const population = [...held.keys()].filter((n) => chosen.has(questions[held[n]!]!.category));
  const log = random.shuffle([...population]).slice(0, 1500);
  const predicted = (of: readonly number[]): Matrix =>
    Matrix.fromRows(of.map((n) => pool.map((m) => probabilities.at(n, m))));
  const costs = (of: readonly number[]): Matrix => Matrix.fromRows(of.map(() => prices));
  const p = predicted(log);
  const policies = boldPolicies({ probabilities: p, costsUsd: costs(log), best: 0 });
  const drawn = drawRequests({ policies, best: 0, count: Number(draws), seed });
  const marked = new Set<string>();
  let passed: (typeof policies)[number] | undefined;
  for (const policy of policies) {
    const { isKept } = testShare({
      ...{ drawn, choices: policy.choices, best: 0, share: SHARE, confidence: CONFIDENCE },
      outcome: (n, m) => {
        marked.add(`${n} ${m}`);
        return label(log[n]!, pool[m]!);
      },
      predicted: (n, m) => p.at(n, m),
    });
    if (!isKept) break;
    passed = policy;
  }
  const judge = (lambda: number): { ratio: number; saved: number; switched: number } => {
    let [quality, before, cost, switched] = [0, 0, 0, 0];
    for (const n of population) {
      let best = 0;
      const value = (m: number): number => probabilities.at(n, pool[m]!) - lambda * prices[m]!;
      for (let m = 1; m < size; m++) {
        if (prices[m]! < prices[0]! && value(m) >= value(best)) best = m;
      }
      quality += label(n, pool[best]!);
      before += label(n, pool[0]!);
      cost += prices[best]!;
      switched += Number(best !== 0);
    }
    return {
      ratio: quality / before,
      saved: 1 - cost / (population.length * prices[0]!),
      switched: switched / population.length,
    };
  };
  const possible = policies
    .map(({ lambda }) => judge(lambda))
    .filter(({ ratio }) => ratio >= SHARE);
  const { ratio, saved, switched } = passed
    ? judge(passed.lambda)
    : { ratio: 1, saved: 0, switched: 0 };
  return {
    kept: ratio >= SHARE,
    found: passed !== undefined,
    ...{ switched, saved, ratio, marks: marked.size },
    possible: Math.max(0, ...possible.map((one) => one.saved)),
  };
}

const results: Result[] = [];
for (let seed = Number(firstSeed); results.length < Number(customers); seed++) {
  const result = customer(seed);
  if (result) results.push(result);
}
const mean = (of: (result: Result) => number): number =>
  results.reduce((sum, one) => sum + of(one), 0) / results.length;
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const marks = results.map((one) => one.marks).sort((a, b) => a - b);
const kept = mean((one) => Number(one.kept));
console.log(
  `${folder.split('/').at(-1)}: ${results.length} customers, ${draws} requests drawn each`,
);
console.log(
  `promise kept by ${percent(kept)}; a policy found for ${percent(mean((one) => Number(one.found)))}`,
);
console.log(
  `marked answers: median ${marks[Math.floor(marks.length / 2)]}, 90% of customers at most ${marks[Math.floor(marks.length * 0.9)]}`,
);
console.log(
  `switched ${percent(mean((one) => one.switched))} of requests, saved ${percent(mean((one) => one.saved))} of dollars (${percent(mean((one) => one.possible))} with perfect knowledge), quality kept ${percent(mean((one) => one.ratio))}`,
);
process.exitCode = kept >= 0.9 ? 0 : 1;
