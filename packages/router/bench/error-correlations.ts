// How well the joint outcomes of two models are predicted on fresh 80/10/10 splits of any folder of
// evaluation data, correlations of errors fitted on validation and judged on test:
//   tsx bench/error-correlations.ts [folder] [splits]
// Prints the log loss of the four outcomes of a pair, over all pairs, less that of independent
// errors with 95% intervals over splits: one correlation for all pairs, what the common difficulty
// says, and each pair's own; and how often both of a pair are wrong next to what each says.
import { resolve } from 'node:path';
import { applySplit, type Matrix, MISSING, splitQuestions } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import { errorCorrelations, jointOutcome } from '../src/evaluation/index.js';
import { meanWithInterval } from './zeroeval/mean-with-interval.js';

const [folderName, splits = '10'] = process.argv.slice(2);
const { questions, correctness } = await readEvaluationFolder(
  folderName || resolve(import.meta.dirname, '../../../../shared/data/zeroeval'),
);
const categories = questions.map(({ category }) => category ?? '');
const engine = await resolveEngine();
const WAYS = ['independent', 'one for all pairs', 'common difficulty', 'each pair'] as const;
const losses = new Map<string, number[]>(WAYS.map((way) => [way, []]));
const wrong = new Map<string, number[]>([...WAYS, 'true'].map((way) => [way, []]));
for (let seed = 0; seed < Number(splits); seed++) {
  const split = splitQuestions(categories, { seed });
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => questions[index]?.prompt ?? ''),
  });
  const embeddings = await encoder.encode(questions.map(({ prompt }) => prompt ?? ''));
  const { train, validation, test } = applySplit({ embeddings, correctness }, split);
  const { model } = await trainDirect({ train, validation, engine });
  const {
    correlations,
    common,
    questions: shared,
  } = errorCorrelations({
    probabilities: model.predictProbabilities(validation.embeddings),
    truth: validation.correctness,
  });
  const M = correctness.modelCount;
  let [sum, count] = [0, 0];
  correlations.data.forEach((value, at) => {
    if (shared[at] === 0) return;
    sum += value * shared[at]!;
    count += shared[at]!;
  });
  const all = sum / count;
  const of: Record<(typeof WAYS)[number], (a: number, b: number) => number> = {
    independent: () => 0,
    'one for all pairs': () => all,
    'common difficulty': (a, b) => common.at(a, b),
    'each pair': (a, b) => correlations.at(a, b),
  };
  const probabilities: Matrix = model.predictProbabilities(test.embeddings);
  for (const way of WAYS) {
    let [loss, neither, bothWrong, pairs] = [0, 0, 0, 0];
    for (let q = 0; q < test.correctness.questionCount; q++) {
      const labels = test.correctness.row(q);
      for (let a = 0; a < M; a++) {
        for (let b = 0; b < a; b++) {
          if (labels[a] === MISSING || labels[b] === MISSING) continue;
          const [p, s] = [probabilities.at(q, a), probabilities.at(q, b)];
          const joint = jointOutcome(p, s, of[way](a, b));
          const found = labels[a]
            ? labels[b]
              ? joint.both
              : joint.firstAlone
            : labels[b]
              ? joint.secondAlone
              : joint.neither;
          // Fréchet's bounds reach 0; such a certainty costs as much as one in a thousand.
          loss -= Math.log(Math.max(found, 1e-3));
          neither += joint.neither;
          bothWrong += Number(labels[a] === 0 && labels[b] === 0);
          pairs++;
        }
      }
    }
    losses.get(way)?.push(loss / pairs);
    wrong.get(way)?.push(neither / pairs);
    if (way === 'each pair') wrong.get('true')?.push(bothWrong / pairs);
  }
}
await engine.dispose();
const mean = (values: readonly number[] = []): number =>
  values.reduce((total, value) => total + value, 0) / values.length;
const independent = losses.get('independent') ?? [];
console.log('| errors of a pair | log loss | vs independent, ± 95% | both wrong |');
console.log('| --- | --- | --- | --- |');
for (const way of WAYS) {
  const own = losses.get(way) ?? [];
  const less = meanWithInterval(
    own.map((loss, k) => loss - independent[k]!),
    4,
  );
  console.log(
    `| ${way} | ${mean(own).toFixed(4)} | ${less} | ${(100 * mean(wrong.get(way))).toFixed(1)} % |`,
  );
}
console.log(`| what happened | | | ${(100 * mean(wrong.get('true'))).toFixed(1)} % |`);
