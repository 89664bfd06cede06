// A new model comes out. Instead of asking it everything and training again, ask it 100 questions
// and add it to the artifact that is in use.
import { join, resolve } from 'node:path';
import { type Answer, applySplit, modelAccuracies, Random } from '@embedllm/core';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { encodeByLsa, readRecords } from '@embedllm/example-data';
import { encoderRecord, restoreEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { Learner } from '@embedllm/router/learning';
import { findStandIns } from '@embedllm/router/portfolio';
import { type DirectTraining, resolveEngine, trainDirect } from '@embedllm/trainer';
import { measure, show } from './measure.js';

const ANSWERS = 100;
const { name, questions, models, correctness, split } = await readRecords();
/** A model that was asked every question: of ZeroEval, else of the sample. */
const ofZeroEval = 'gpt-4o-2024-08-06';
const isZeroEval = correctness.models.includes(ofZeroEval);
const newcomer = isZeroEval ? ofZeroEval : 'Meta-Llama-3.1-70B-Instruct';
const column = correctness.models.indexOf(newcomer);
const size = `${models.length} models, ${questions.length} questions`;
console.log(`Data: ${name}: ${size}, its fixed split\n`);

console.log(`1. The artifact in use knows every model but ${newcomer}`);
const { encoder, embeddings } = await encodeByLsa({ questions, split });
const engine = await resolveEngine();
const others = [...models.keys()].filter((model) => model !== column);
const training = await train(others);
const pool = join(resolve('output'), 'pool');
await savePretrained(pool, {
  model: training.model,
  models: models.filter((model) => model.name !== newcomer),
  encoder: encoderRecord(encoder),
  training: training.record,
  metrics: {},
});
console.log('   saved in output/pool');

console.log(`\n2. Ask ${newcomer} ${ANSWERS} training questions and add it`);
const candidates = embeddings.selectRows(split.train);
const artifact = await fromPretrained(pool);
const restored = await restoreEncoder(artifact.encoder);
const router = openPool();
const learner = new Learner(router);
const suggested = learner.suggestQuestions(ANSWERS, { candidates });
const info = models[column] ?? newcomer;
const { posterior } = await learner.addModel(info, answersTo(suggested));
console.log(
  `   the pool has ${router.models.length} models now; the new embedding has ${posterior.mean.length} dimensions`,
);

console.log(`\n3. How well is it known? ${split.test.length} test questions`);
const truth = correctness.selectModels([column]).selectQuestions(split.test);
const test = embeddings.selectRows(split.test);
const actual = modelAccuracies(truth)[0] as number;
const known = (by: Router) => measure(by, newcomer, test, truth);
console.log('   known from                    predicted accuracy   log loss   AUROC');
const unknown = openPool();
await new Learner(unknown).addModel(newcomer, []);
show('no answer, as the pool is', [known(unknown)]);
const random = [];
for (let seed = 0; seed < 10; seed++) {
  const drawn = new Random(seed).shuffle([...split.train.keys()]).slice(0, ANSWERS);
  const other = openPool();
  await new Learner(other).addModel(newcomer, answersTo(drawn));
  random.push(known(other));
}
show(`${ANSWERS} random answers (mean of 10)`, random);
const added = known(router);
show(`${ANSWERS} suggested answers`, [added]);
const everyone = await train([...models.keys()]);
show(`training on all ${split.train.length}`, [known(new Router({ model: everyone.model }))]);
console.log(`   its accuracy on them is       ${(100 * actual).toFixed(1)}%`);

console.log('\n4. Save it as a new artifact and use that');
const target = join(resolve('output'), 'pool-and-newcomer');
await savePretrained(target, {
  ...artifact,
  model: router.toModel(),
  models: router.models,
  metrics: { 'test.newcomer.logLoss': added.logLoss },
});
const reloaded = await Router.fromPretrained(target, { encoder: restoreEncoder });
console.log('   saved in output/pool-and-newcomer');
const alike = findStandIns(reloaded, newcomer, { count: 3, questions: test });
console.log(`   answers most like: ${alike.map(({ model }) => model).join(', ')}`);
if (known(reloaded).logLoss !== added.logLoss) throw new Error('The saved artifact differs.');
await engine.dispose();

/** Trains on some of the models; settings chosen on validation questions. */
function train(chosen: readonly number[]): Promise<DirectTraining> {
  const labelled = { embeddings, correctness: correctness.selectModels(chosen) };
  const { train, validation } = applySplit(labelled, split);
  return trainDirect({ train, validation, engine });
}

/** A router over the artifact in use, which it leaves as it is. */
function openPool(): Router {
  return Router.fromArtifact(artifact, { encoder: restored });
}

/** The newcomer's marked answers to training questions, by their positions in `split.train`. */
function answersTo(positions: readonly number[]): Answer[] {
  return positions.map((position) => {
    const index = split.train[position] as number;
    const outcome = correctness.get(index, column);
    if (outcome === undefined) throw new Error(`${newcomer} was not asked question ${index}.`);
    return { question: questions[index]?.prompt as string, outcome };
  });
}
