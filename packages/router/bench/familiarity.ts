// What familiarity is worth on a folder of evaluation data with its own split, in domain and with
// each category left out of encoder, training and validation in turn:
//   tsx bench/familiarity.ts [folder] [lsa | vectors | hashing] [text ...]
// vectors: lsa judged by its vectors alone, as where embeddings are routed. Prints log loss and
// expected calibration error with familiarity and without, and what texts get in domain.
import { resolve } from 'node:path';
import { type CorrectnessMatrix, evaluatePredictions, type Matrix, MISSING } from '@embedllm/core';
import { fitFamiliarity } from '@embedllm/core/familiarity';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { createHashingEncoder, fitLsaEncoder } from '@embedllm/question-encoder';
import { trainDirect } from '@embedllm/trainer';
import { Router } from '../src/index.js';

/** A model with fewer training labels than this in the categories that are left is left out. */
const LEAST_LABELS = 50;

const [folderName, kind = 'lsa', ...texts] = process.argv.slice(2);
const folder = await readEvaluationFolder(
  folderName ?? resolve(import.meta.dirname, '../../../../shared/data/zeroeval'),
);
const { questions, split } = folder;
if (!split) throw new Error('The folder has no split.');
const categoryOf = (index: number): string => questions[index]?.category ?? '';
const categories = [...new Set(questions.map((_, index) => categoryOf(index)))].sort();

interface Result {
  readonly before: ReturnType<typeof evaluatePredictions>;
  readonly after: ReturnType<typeof evaluatePredictions>;
  /** Mean familiarity of the measured questions. */
  readonly familiarity: number;
}

async function study(heldOut: string | undefined): Promise<Result> {
  const without = (indices: readonly number[]): number[] =>
    indices.filter((index) => categoryOf(index) !== heldOut);
  const train = without(split?.train ?? []);
  const validation = without(split?.validation ?? []);
  const measured =
    heldOut === undefined
      ? (split?.test ?? [])
      : [...questions.keys()].filter((index) => categoryOf(index) === heldOut);
  const textsOf = (indices: readonly number[]): string[] =>
    indices.map((index) => questions[index]?.prompt ?? '');
  const encoder =
    kind === 'hashing'
      ? createHashingEncoder({ dimensions: 256 })
      : await fitLsaEncoder({ texts: textsOf(train) });
  const labels = folder.correctness.selectQuestions(train);
  const models = [...labels.models.keys()].filter(
    (model) => countLabels(labels, model) >= LEAST_LABELS,
  );
  const part = async (indices: readonly number[]) => ({
    embeddings: await encoder.encode(textsOf(indices)),
    correctness: folder.correctness.selectModels(models).selectQuestions(indices),
    coverage:
      kind === 'lsa' && 'coverage' in encoder
        ? await encoder.coverage(textsOf(indices))
        : undefined,
  });
  const trained = await part(train);
  const held = await part(validation);
  const test = await part(measured);
  const { model } = await trainDirect({ train: trained, validation: held });
  const familiarity = fitFamiliarity({
    model,
    train: trained.embeddings,
    categories: train.map(categoryOf),
    heldOut: held,
  });
  const { usual } = familiarity.record.coverage ?? familiarity.record.closeness;
  const router = new Router({ model, encoder, familiarity });
  const evaluate = (by: Router, embeddings: Matrix, truth: CorrectnessMatrix) =>
    evaluatePredictions(by.predict(embeddings, test).probabilities, truth);
  if (heldOut === undefined) {
    console.log(
      `usual ${usual.toFixed(3)}, variance ${familiarity.record.variance.toFixed(2)}, ${models.length} models`,
    );
    const plain = new Router({ model, encoder });
    for (const text of texts) {
      const [before, after] = [await plain.route(text), await router.route(text)];
      console.log(
        `${after.familiarity?.toFixed(3)}  ${percent(before.probability)} -> ${percent(after.probability)}  ${after.model.name}  ${text.slice(0, 60)}`,
      );
    }
  }
  const shares = router.familiarity(test.embeddings, test);
  return {
    before: evaluate(new Router({ model }), test.embeddings, test.correctness),
    after: evaluate(router, test.embeddings, test.correctness),
    familiarity: shares.reduce((sum, share) => sum + share / shares.length, 0),
  };
}

function countLabels(labels: CorrectnessMatrix, model: number): number {
  let count = 0;
  for (let row = 0; row < labels.questionCount; row++) {
    if (labels.row(row)[model] !== MISSING) count++;
  }
  return count;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function print(name: string, { before, after, familiarity }: Result): void {
  const figures = (['logLoss', 'expectedCalibrationError', 'routingAccuracy'] as const).map(
    (metric) => `${before[metric].toFixed(4)} ${after[metric].toFixed(4)}`,
  );
  console.log(`| ${name} | ${figures.join(' | ')} | ${familiarity.toFixed(2)} |`);
}

console.log(`${kind}, without and with familiarity`);
console.log('| measured on | log loss | calibration error | routing accuracy | mean familiarity |');
console.log('| --- | --- | --- | --- | --- |');
print('test questions', await study(undefined));
const left: Result[] = [];
for (const category of categories) {
  const result = await study(category);
  left.push(result);
  print(`${category}, left out`, result);
}
const mean = (of: (result: Result) => number): string =>
  (left.reduce((sum, result) => sum + of(result), 0) / left.length).toFixed(4);
console.log(
  `| mean of those left out | ${mean((r) => r.before.logLoss)} ${mean((r) => r.after.logLoss)} | ${mean((r) => r.before.expectedCalibrationError)} ${mean((r) => r.after.expectedCalibrationError)} | ${mean((r) => r.before.routingAccuracy)} ${mean((r) => r.after.routingAccuracy)} | ${mean((r) => r.familiarity)} |`,
);
