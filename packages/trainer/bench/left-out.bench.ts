// What `embedllm train` without options does on a category that encoder, training and validation
// never saw, each category of any folder of evaluation data in turn:
//   tsx bench/left-out.bench.ts [folder] [categories to leave out of all, a,b] [seed] [only these in turn, a,b]
// Prints routing accuracy by probability alone and by the default policy, both relative to the single best
// model of training in points, and log loss next to the models' plain accuracies, and ends in what
// has to hold. The guard of the default policy knows nothing of the category left out.
import { compareWithModel, logLoss, routeAll, splitQuestions } from '@embedllm/core';
import { fitModelMeans, resolveEngine } from '../src/index.js';
import { trainByDefault } from './default-training.js';
import { readFolder } from './folder-splits.js';

const [folder, without, seed = '0', only] = process.argv.slice(2);
const data = await readFolder(folder || undefined, without ? without.split(',') : []);
const engine = await resolveEngine();
const points = (value: number): string => (100 * value).toFixed(2);
const sums = { alone: 0, policy: 0, single: 0, loss: 0, means: 0 };
const above: string[] = [];
const present = [...new Set(data.categories)];
if (present.length < 2) {
  throw new Error(
    `Leaving a category out takes at least two; the questions have ${present.length}.`,
  );
}
const categories = only?.split(',') ?? present;
const absent = categories.filter((category) => !present.includes(category));
if (absent.length > 0) {
  throw new Error(`No question is of ${absent.join(', ')}. There are ${present.join(', ')}.`);
}
let measured = 0;
console.log(
  '| left out | questions | single best | probability alone, vs single best | default policy, vs single best [95%] | guard: below, margin | fallback: below, weight | log loss | model means |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const category of categories) {
  const all = [...data.categories.keys()];
  const rest = all.filter((index) => data.categories[index] !== category);
  const split = splitQuestions(
    rest.map((index) => data.categories[index] ?? ''),
    { seed: Number(seed), fractions: { train: 0.9, validation: 0.1, test: 0 } },
  );
  const trained = await trainByDefault(
    data,
    {
      train: split.train.map((place) => rest[place]!),
      validation: split.validation.map((place) => rest[place]!),
      test: all.filter((index) => data.categories[index] === category),
    },
    engine,
  );
  const { test, probabilities, scores, best: model, unseen } = trained;
  const truth = test.correctness;
  const compare = (by: typeof scores) =>
    compareWithModel({ chosen: routeAll(by, truth), truth, model });
  const [alone, policy] = [compare(probabilities), compare(scores)];
  if (!alone || !policy) {
    console.log(`| ${category} | 0 | the single best model answered none of its questions |`);
    continue;
  }
  measured++;
  const means = await fitModelMeans(trained.train).predictProbabilities(test.embeddings, {});
  const [loss, plain] = [logLoss(probabilities, truth), logLoss(means, truth)];
  if (loss > plain) above.push(category);
  const { lower, mean, upper } = policy.difference;
  const { below = 0, margin = 0 } = unseen?.guard ?? {};
  const fallback = unseen?.fallback;
  console.log(
    `| ${category} | ${policy.questions} | ${policy.fixed.toFixed(4)} | ${points(alone.difference.mean)} | ${points(mean)} [${points(lower)}, ${points(upper)}] | ${below}, ${margin} | ${fallback ? `${fallback.below}, ${fallback.weight}` : 'none'} | ${loss.toFixed(4)} | ${plain.toFixed(4)} |`,
  );
  sums.alone += alone.difference.mean;
  sums.policy += mean;
  sums.single += policy.fixed;
  sums.loss += loss;
  sums.means += plain;
}
await engine.dispose();
if (measured === 0) throw new Error('No category has an answer of the single best model.');
for (const name of ['alone', 'policy', 'single', 'loss', 'means'] as const) sums[name] /= measured;
console.log(
  `| mean | | ${sums.single.toFixed(4)} | ${points(sums.alone)} | ${points(sums.policy)} | | | ${sums.loss.toFixed(4)} | ${sums.means.toFixed(4)} |`,
);
console.log(
  `Routing is ${sums.policy >= 0 ? 'not' : `${points(-sums.policy)} points`} below the single best on average. ` +
    `Log loss is above the model means on ${above.length} of ${measured}: ${above.join(', ') || 'none'}.`,
);
