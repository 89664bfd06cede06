/**
 * How often the intervals of `estimatePolicy` hold the truth: 500 logs of each kind, which an ε-greedy
 * policy left, judged for another policy. One kind is simulated, with true probabilities; the other draws
 * its answers from real labels of MMLU-Pro (28 models, all questions; what is predicted of a model is its
 * accuracy on the subject among training questions). Ends with exit code 1 where a coverage is outside of
 * 93% to 97%.
 *   tsx bench/off-policy.ts [FOLDER of MMLU-Pro]
 */
import { existsSync } from 'node:fs';
import { Random } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { estimatePolicy } from '../src/evaluation/index.js';
import {
  type SimulatedLog,
  simulatedLog,
  simulatedWorld,
} from '../src/evaluation/simulated-log.fixture.js';

const LOGS = 500;
const CONFIDENCE = 0.95;
const [folder = '../../../shared/data/mmlu-pro'] = process.argv.slice(2);
let failures = 0;

/** Draws logs, and counts how often each interval holds the truth. */
function study(name: string, truth: number, draw: (seed: number) => SimulatedLog): void {
  const names = ['ips', 'snips', 'doublyRobust'] as const;
  const held = { ips: 0, snips: 0, doublyRobust: 0 };
  const widths = { ips: 0, snips: 0, doublyRobust: 0 };
  const errors = { ips: 0, snips: 0, doublyRobust: 0 };
  for (let seed = 0; seed < LOGS; seed++) {
    const estimate = estimatePolicy({ ...draw(seed), confidence: CONFIDENCE });
    for (const one of names) {
      const interval = estimate[one];
      if (!interval) continue;
      if (interval.lower <= truth && truth <= interval.upper) held[one] += 1 / LOGS;
      widths[one] += (interval.upper - interval.lower) / LOGS;
      errors[one] += (interval.value - truth) / LOGS;
    }
  }
  for (const one of names) {
    const isRight = held[one] >= 0.93 && held[one] <= 0.97;
    if (!isRight) failures++;
    console.log(
      `${name.padEnd(52)} ${one.padEnd(13)} coverage ${(100 * held[one]).toFixed(1)}%  width ${(100 * widths[one]).toFixed(1)}  bias ${(100 * errors[one]).toFixed(2)} points${isRight ? '' : '  FAILED'}`,
    );
  }
}

for (const [models, decisions, epsilon] of [
  [3, 500, 0.3],
  [3, 2000, 0.1],
  [5, 2000, 0.2],
  [5, 10_000, 0.05],
] as const) {
  const world = simulatedWorld(models, models);
  study(`simulated, ${models} models, ${decisions} decisions, ε ${epsilon}`, world.value, (seed) =>
    simulatedLog(world, { decisions, epsilon, seed: 1000 + seed }),
  );
}

if (!existsSync(folder)) console.log(`MMLU-Pro: skipped, for ${folder} is not there.`);
else {
  const { questions, correctness, split } = await readEvaluationFolder(folder);
  if (!split) throw new Error('The folder has no split.');
  const names = ['gemini-1.5-flash-002', 'Meta-Llama-3.1-70B-Instruct', 'gemini-1.5-pro-002'];
  const models = names.map((name) => correctness.models.indexOf(name));
  const label = (question: number, model: number): number =>
    Number(correctness.get(question, models[model] ?? -1) ?? 0);
  const subject = (question: number): string => questions[question]?.category ?? '';
  const counts = new Map<string, { right: number[]; asked: number }>();
  for (const question of split.train) {
    const count = counts.get(subject(question)) ?? { right: names.map(() => 0), asked: 0 };
    counts.set(subject(question), count);
    count.asked++;
    names.forEach((_, m) => {
      count.right[m] = (count.right[m] ?? 0) + label(question, m);
    });
  }
  const expected = (question: number, m: number): number => {
    const { right, asked } = counts.get(subject(question)) ?? { right: [], asked: 1 };
    return (right[m] ?? 0) / asked;
  };
  const asked = [...split.test, ...split.validation];
  const prices = [0.06, 0.12, 1];
  const best = (question: number, lambda: number): number => {
    const values = names.map((_, m) => expected(question, m) - lambda * (prices[m] ?? 0));
    return values.indexOf(Math.max(...values));
  };
  const truth =
    asked.reduce((sum, question) => sum + label(question, best(question, 0.05)), 0) / asked.length;
  for (const [decisions, epsilon] of [
    [1000, 0.2],
    [4000, 0.1],
  ] as const) {
    study(`MMLU-Pro, 3 models, ${decisions} decisions, ε ${epsilon}`, truth, (seed) => {
      const random = new Random(seed);
      const log: SimulatedLog = {
        ...{ outcomes: [], propensities: [], choices: [] },
        ...{ expected: [], expectedOfPolicy: [] },
      };
      for (let i = 0; i < decisions; i++) {
        const question = asked[random.integer(asked.length)] ?? 0;
        const greedy = best(question, 0);
        const explored = random.integer(names.length);
        const made = random.uniform() < epsilon ? explored : greedy;
        const wanted = best(question, 0.05);
        log.propensities.push(epsilon / names.length + (made === greedy ? 1 - epsilon : 0));
        log.outcomes.push(label(question, made));
        log.choices.push(Number(made === wanted));
        log.expected.push(expected(question, made));
        log.expectedOfPolicy.push(expected(question, wanted));
      }
      return log;
    });
  }
}
process.exitCode = failures > 0 ? 1 : 0;
console.log(
  failures > 0
    ? `${failures} coverages are outside of 93% to 97%.`
    : 'All coverages are within 93% to 97%.',
);
