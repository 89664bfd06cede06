import { type CorrectnessMatrix, Random } from '@embedllm/core';
import { simulatePool } from '@embedllm/simulated-pool';
import { verifyModel } from '../src/index.js';
import { fixed } from './table.js';

const LEVEL = 0.05;
const SELF_AGREEMENT = 0.9;
const REPETITIONS = 300;

/**
 * How often `verifyModel` raises an alarm.
 *
 * ZeroEval holds one run of each model, so that only substitutes can be real there: the answers of
 * another model of the pool, against an assumed self-agreement of 0.9; the honest API gives the
 * stored labels, one in ten turned. On a simulated pool all three runs are drawn from the true
 * probabilities: the honest case, and substitutes of a similar accuracy, with a real rerun.
 */
export async function fingerprintPool(
  correctness: CorrectnessMatrix,
): Promise<(string | number)[][]> {
  const rows: (string | number)[][] = [
    [
      'pool',
      'evidence',
      'answers',
      'false alarms',
      'substitutes noticed',
      'most alike substitutes noticed',
    ],
  ];
  for (const n of [50, 100, 200, 400]) rows.push(onStoredAnswers(correctness, n));
  for (const n of [100, 200, 400]) rows.push(onSimulatedRuns(n));
  return rows;
}

function onStoredAnswers(correctness: CorrectnessMatrix, n: number): (string | number)[] {
  const random = new Random(1);
  const complete = correctness.models.filter((_, m) =>
    correctness.questions.every((_, q) => correctness.get(q, m) !== undefined),
  );
  const counts = { honest: 0, other: 0, alike: 0, alikeTotal: 0 };
  for (let run = 0; run < REPETITIONS; run++) {
    const claimed = random.pick(complete);
    const substitute = random.pick(complete.filter((name) => name !== claimed));
    const [a, b] = [claimed, substitute].map((name) => correctness.models.indexOf(name)) as [
      number,
      number,
    ];
    const asked = random.shuffle([...correctness.questions.keys()]).slice(0, n);
    const verify = (label: (q: number) => number): boolean =>
      verifyModel({
        claimed,
        correctness,
        level: LEVEL,
        selfAgreement: SELF_AGREEMENT,
        answers: asked.map((q) => ({
          question: correctness.questions[q] as string,
          outcome: label(q),
        })),
      }).verdict === 'different';
    const stored = (q: number, model: number): number => correctness.get(q, model) ?? 0;
    // As many correct answers turn incorrect as the other way round, as in two runs of one model.
    const right = correctness.questions.filter((_, q) => stored(q, a) === 1).length;
    const wrong = correctness.questionCount - right;
    const turned = ((1 - SELF_AGREEMENT) / 2) * correctness.questionCount;
    const honest = (q: number): number => {
      const label = stored(q, a);
      const rate = Math.min(0.5, turned / (label === 1 ? right : wrong));
      return random.uniform() < rate ? 1 - label : label;
    };
    if (verify(honest)) counts.honest++;
    const noticed = verify((q) => stored(q, b));
    if (noticed) counts.other++;
    const differ = correctness.questions.filter((_, q) => stored(q, a) !== stored(q, b)).length;
    if (differ < 0.15 * correctness.questionCount) {
      counts.alikeTotal++;
      if (noticed) counts.alike++;
    }
  }
  return [
    'ZeroEval',
    'assumed rate 0.9',
    n,
    percent(counts.honest, REPETITIONS),
    percent(counts.other, REPETITIONS),
    `${percent(counts.alike, counts.alikeTotal)} (differ on under 15%)`,
  ];
}

function onSimulatedRuns(n: number): (string | number)[] {
  const random = new Random(2);
  const { dataset, truth } = simulatePool({ seed: 5, models: 24 });
  const { correctness } = dataset;
  const accuracies = correctness.models.map((_, m) => {
    let sum = 0;
    for (let q = 0; q < correctness.questionCount; q++) sum += truth.probabilities.at(q, m);
    return sum / correctness.questionCount;
  });
  const counts = { honest: 0, other: 0, alike: 0, alikeTotal: 0 };
  for (let run = 0; run < REPETITIONS; run++) {
    const a = random.integer(correctness.modelCount);
    const b = (a + 1 + random.integer(correctness.modelCount - 1)) % correctness.modelCount;
    const asked = random.shuffle([...correctness.questions.keys()]).slice(0, n);
    const draw = (model: number) =>
      asked.map((q) => ({
        question: correctness.questions[q] as string,
        outcome: random.uniform() < truth.probabilities.at(q, model) ? 1 : 0,
      }));
    const verify = (model: number): boolean =>
      verifyModel({
        claimed: correctness.models[a] as string,
        correctness,
        level: LEVEL,
        rerun: draw(a),
        answers: draw(model),
        permutations: 999,
        seed: run,
      }).verdict === 'different';
    if (verify(a)) counts.honest++;
    const noticed = verify(b);
    if (noticed) counts.other++;
    if (Math.abs((accuracies[a] as number) - (accuracies[b] as number)) < 0.05) {
      counts.alikeTotal++;
      if (noticed) counts.alike++;
    }
  }
  return [
    'simulated, 24 models, seed 5',
    'rerun',
    n,
    percent(counts.honest, REPETITIONS),
    percent(counts.other, REPETITIONS),
    `${percent(counts.alike, counts.alikeTotal)} (accuracy within 0.05)`,
  ];
}

function percent(count: number, total: number): string {
  return total > 0 ? `${fixed((100 * count) / total, 0)}%` : '';
}
