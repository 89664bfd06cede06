/**
 * Cascades on MMLU-Pro next to single models, their hull and the question router: two cheap models are
 * asked, gemini-1.5-pro-002 where they name different options. Half of the questions train the router and
 * the gate (15% of them are validation, on which thresholds and λ are chosen), the rest is the test. Prices
 * are relative to the best model: 0.06 and 0.12. With and without mathematics and chemistry, where the
 * best model's recorded options look broken.
 *   tsx bench/cascades.ts FOLDER
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Random } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import { adviseCascade, type CascadeLog, certifyCascade, fitGate } from '../src/cascade/index.js';
import { qualityAt, upperHull } from '../src/evaluation/index.js';
import { Router } from '../src/index.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: tsx bench/cascades.ts FOLDER');
const NAMES = ['gemini-1.5-flash-002', 'Meta-Llama-3.1-70B-Instruct', 'gemini-1.5-pro-002'];
const PRICES = [0.06, 0.12, 1];
const { questions, correctness } = await readEvaluationFolder(folder);
const options = new Map<string, string>();
const rows = gunzipSync(readFileSync(join(folder, 'responses.csv.gz')))
  .toString()
  .trim()
  .split('\n');
for (const row of rows) {
  const cells = row.split(',');
  options.set(`${cells[0]} ${cells.at(-3)}`, cells.at(-2) ?? '');
}
const columns = NAMES.map((name) => correctness.models.indexOf(name));
const label = (q: number, m: number): number => Number(correctness.get(q, columns[m]!) ?? 0);
const option = (q: number, m: number): string =>
  options.get(`${questions[q]!.id} ${NAMES[m]}`) ?? '';
const agree = (q: number): number => Number(option(q, 0) !== '' && option(q, 0) === option(q, 1));
const engine = await resolveEngine();

async function study(title: string, indices: readonly number[]): Promise<void> {
  const shuffled = new Random(0).shuffle([...indices]);
  const half = Math.floor(shuffled.length / 2);
  const [train, validation, test] = [
    shuffled.slice(0, Math.floor(half * 0.85)),
    shuffled.slice(Math.floor(half * 0.85), half),
    shuffled.slice(half),
  ];
  const text = (q: number): string => questions[q]!.prompt;
  const encoder = await fitLsaEncoder({ texts: train.map(text), dimensions: 256 });
  const part = async (of: readonly number[]) => ({
    embeddings: await encoder.encode(of.map(text)),
    correctness: correctness.selectQuestions(of),
  });
  const [fitting, choosing, judging] = [
    await part(train),
    await part(validation),
    await part(test),
  ];
  const { model } = await trainDirect({ train: fitting, validation: choosing, engine });
  const router = new Router({ model });
  const predict = (of: typeof judging) => {
    const { probabilities } = router.predict(of.embeddings);
    return (n: number, m: number): number => probabilities.at(n, columns[m]!);
  };
  const logOf = (of: readonly number[], p: (n: number, m: number) => number): CascadeLog => ({
    agreed: of.map(agree),
    first: of.map((q) => label(q, 0)),
    better: of.map((q) => label(q, 2)),
    firstCostsUsd: of.map(() => PRICES[0]! + PRICES[1]!),
    betterCostsUsd: of.map(() => PRICES[2]!),
    predicted: { first: of.map((_, n) => p(n, 0)), better: of.map((_, n) => p(n, 2)) },
  });
  const [pValidation, pTest] = [predict(choosing), predict(judging)];
  const [validationLog, testLog] = [logOf(validation, pValidation), logOf(test, pTest)];
  const singles = NAMES.map((name, m) => ({
    label: name,
    costUsd: PRICES[m]!,
    quality: test.reduce((sum, q) => sum + label(q, m), 0) / test.length,
  }));
  const hull = upperHull(singles);
  const best = singles[2]!.quality;
  const line = (name: string, right: readonly number[], cost: number): void => {
    const quality = right.reduce((sum, one) => sum + one, 0) / right.length;
    const differences = right.map((one, n) => one - label(test[n]!, 2));
    const mean = quality - best;
    const error = Math.sqrt(
      differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / right.length ** 2,
    );
    const above = quality - (qualityAt(hull, cost) ?? Number.NaN);
    console.log(
      `| ${name} | ${(100 * quality).toFixed(1)} | ${cost.toFixed(2)} | ${(100 * mean).toFixed(1)} ± ${(196 * error).toFixed(1)} | ${(100 * above).toFixed(1)} |`,
    );
  };
  console.log(`\n${title}: ${test.length} test questions\n`);
  console.log(
    '| | accuracy | cost | vs best model (95%) | above the hull |\n| --- | --- | --- | --- | --- |',
  );
  for (const [m, one] of singles.entries()) {
    line(
      one.label,
      test.map((q) => label(q, m)),
      one.costUsd,
    );
  }
  const choose = (p: (n: number, m: number) => number, n: number, lambda: number): number => {
    const values = PRICES.map((price, m) => p(n, m) - lambda * price);
    return values.indexOf(Math.max(...values));
  };
  const routed = (of: readonly number[], p: typeof pTest, lambda: number) => {
    const made = of.map((_, n) => choose(p, n, lambda));
    return {
      right: of.map((q, n) => label(q, made[n]!)),
      cost: made.reduce((sum, m) => sum + PRICES[m]!, 0) / of.length,
    };
  };
  const lambdas = Array.from({ length: 201 }, (_, k) => k / 400);
  const atCost = (cost: number): number =>
    lambdas.find((lambda) => routed(validation, pValidation, lambda).cost <= cost) ??
    lambdas.at(-1)!;
  const advice = adviseCascade(testLog);
  line(
    'cascade, agreement',
    test.map((q) => (agree(q) === 1 ? label(q, 0) : label(q, 2))),
    advice.costRatio,
  );
  const gate = fitGate(validationLog);
  const gated = (log: CascadeLog, threshold: number) => {
    const accepted = Array.from(log.agreed, (one, n) =>
      Number(
        gate.probability(one === 1, [log.predicted!.first[n]!, log.predicted!.better[n]!]) >=
          threshold,
      ),
    );
    const share = accepted.reduce((sum, one) => sum + one, 0) / accepted.length;
    return {
      right: accepted.map((one, n) => (one === 1 ? log.first[n]! : log.better[n]!)),
      cost: 0.18 + 1 - share,
    };
  };
  const thresholds = Array.from({ length: 100 }, (_, k) => 1 - k / 100);
  const wanted = thresholds.find(
    (threshold) => gated(validationLog, threshold).cost <= advice.costRatio,
  );
  const withGate = gated(testLog, wanted ?? 0.5);
  line('cascade, gate, at the same cost', withGate.right, withGate.cost);
  const sameCost = routed(test, pTest, atCost(advice.costRatio));
  line('question router, at the same cost', sameCost.right, sameCost.cost);
  const maximum = routed(test, pTest, 0);
  line('question router, best quality', maximum.right, maximum.cost);
  console.log(
    `\nagreement ${(100 * advice.agreement).toFixed(1)}%; right where agreed ${(100 * advice.rightWhereAgreed).toFixed(1)}%, the best model there ${(100 * advice.betterWhereAgreed).toFixed(1)}%; advice: ${advice.verdict}`,
  );
  const certified = certifyCascade(validationLog, { share: 0.95, confidence: 0.9 });
  const text95 = certified
    ? `certified on ${validation.length} validation questions at ${certified.costRatio.toFixed(2)} of the cost`
    : `not certified on ${validation.length} validation questions`;
  console.log(`95% of the quality with 90% confidence: ${text95}`);
}

const all = [...questions.keys()];
await study('All 14 subjects', all);
await study(
  'Without mathematics and chemistry',
  all.filter((q) => !['math', 'chemistry'].includes(questions[q]!.category)),
);
await engine.dispose();
