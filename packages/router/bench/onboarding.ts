/**
 * How well a model is known from few answers: each model of ZeroEval that answered every question
 * is left out in turn, the pool trained on the others, and the model added from n answers on
 * training questions, random or suggested. AUROC on the test questions, which nobody trained on,
 * next to training all models on all answers. Settings of the training are chosen on validation.
 */
import {
  auroc,
  type CorrectnessMatrix,
  type FactorizationModel,
  logLoss,
  Matrix,
  Random,
} from '@embedllm/core';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import { Router } from '../src/index.js';
import { Learner } from '../src/learning/index.js';
import { meanWithInterval } from './zeroeval/mean-with-interval.js';
import { hasZeroEval, readCostedZeroEval } from './zeroeval/read-costs.js';

const COUNTS = [10, 30, 100, 300];
const REPEATS = 5;

if (!hasZeroEval) {
  console.log('ZeroEval is not here: set EMBEDLLM_ZEROEVAL to its folder.');
  process.exit(0);
}
const { correctness, embeddings, split } = await readCostedZeroEval(1);
const engine = await resolveEngine();
const part = (indices: readonly number[], labels: CorrectnessMatrix) => ({
  embeddings: embeddings.selectRows(indices),
  correctness: labels.selectQuestions(indices),
});
const trainPool = async (labels: CorrectnessMatrix): Promise<FactorizationModel> => {
  const { model } = await trainDirect({
    train: part(split.train, labels),
    validation: part(split.validation, labels),
    engine,
  });
  return model;
};
const candidates = embeddings.selectRows(split.train);
const questions = embeddings.selectRows(split.test);
const everyone = [...correctness.models.keys()];
const full = (await trainPool(correctness)).predictProbabilities(questions);
const scores = new Map<string, { auroc: number[]; logLoss: number[] }>();
for (const left of everyone) {
  const name = correctness.models[left] as string;
  const own = correctness.selectModels([left]);
  const truth = own.selectQuestions(split.test);
  const labels = own.selectQuestions(split.train).labels;
  const note = (what: string, probabilities: Matrix, column: number): void => {
    const entry = scores.get(what) ?? { auroc: [], logLoss: [] };
    scores.set(what, entry);
    const p = Float32Array.from(split.test, (_, q) => probabilities.at(q, column));
    entry.auroc.push(auroc(new Matrix(p.length, 1, p), truth) ?? Number.NaN);
    entry.logLoss.push(logLoss(new Matrix(p.length, 1, p), truth));
  };
  note('trained on all answers', full, left);
  const pool = await trainPool(correctness.selectModels(everyone.filter((m) => m !== left)));
  const predict = async (chosen: readonly number[]): Promise<Matrix> => {
    const router = new Router({ model: pool });
    const answers = chosen.map((q) => ({
      question: candidates.row(q),
      outcome: labels[q] ?? 0,
    }));
    await new Learner(router).addModel(name, answers);
    return router.predict(questions).probabilities;
  };
  note('no answer, the pool alone', await predict([]), everyone.length - 1);
  const order = new Learner(new Router({ model: pool })).suggestQuestions(300, { candidates });
  for (const count of COUNTS) {
    const known = order.slice(0, count);
    note(`${count} suggested answers`, await predict(known), everyone.length - 1);
    for (let seed = 0; seed < REPEATS; seed++) {
      const drawn = new Random(1000 * left + seed).shuffle([...labels.keys()]).slice(0, count);
      note(`${count} random answers`, await predict(drawn), everyone.length - 1);
    }
  }
}
await engine.dispose();
const { length } = everyone;
console.log(
  `${length} models of ZeroEval left out in turn; ${split.test.length} test questions; ` +
    `${REPEATS} draws of random answers; mean over models, 95% interval over models.\n`,
);
console.log('| the model is known from | AUROC | log loss |\n| --- | --- | --- |');
for (const [what, { auroc, logLoss }] of scores) {
  console.log(`| ${what} | ${byModel(auroc)} | ${byModel(logLoss)} |`);
}

/** Averages repeats of one model first, so that intervals are over models. */
function byModel(values: readonly number[]): string {
  const repeats = values.length / length;
  const means = Array.from({ length }, (_, m) => {
    const own = values.slice(m * repeats, (m + 1) * repeats);
    return own.reduce((sum, value) => sum + value, 0) / repeats;
  });
  return meanWithInterval(means, 3);
}
