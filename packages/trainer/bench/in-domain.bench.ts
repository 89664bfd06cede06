// What `embedllm train` reaches without options on fresh 80/10/10 splits of any folder of evaluation
// data, next to k-NN, category means, 2PL and the single best model:
//   tsx bench/in-domain.bench.ts [folder] [splits] [categories to leave out, a,b] [--adam] [--no-2pl]
// --no-2pl: without 2PL, which takes most of the time; --adam: also the published training, which takes
// minutes for each split. Prints log loss less that of the default with 95% bootstrap intervals over
// splits, and routing accuracy less that of the default on the same questions with 95% intervals, and
// ends in what has to hold.
import {
  logLoss,
  outcomes,
  pairedDifference,
  Random,
  routeAll,
  splitQuestions,
} from '@embedllm/core';
import {
  bootstrapMean,
  categoryMeans,
  clusterDifficulty,
  kNearestNeighbours,
  modelMeans,
  resolveEngine,
} from '../src/index.js';
import { resolveBackend, trainAdam } from '../src/tfjs.js';
import { trainByDefault } from './default-training.js';
import { readFolder } from './folder-splits.js';
import { formatEstimate } from './format-estimate.js';

const DEFAULT = 'train, no options';
const KNOWN = 'train, categories known';
const UNGUARDED = 'train, no guard';
const MEANS = 'category means';
const GUESSED = 'category means, inferred';
const SINGLE = 'single best';
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const [folder, splits = '10', without] = words;
if (!(Number.isInteger(Number(splits)) && Number(splits) > 0)) {
  throw new Error(
    `The second argument is the number of splits, a whole number above 0, not ${splits}.`,
  );
}
const data = await readFolder(folder || undefined, without?.split(','));
const engine = await resolveEngine();
const adam = process.argv.includes('--adam') ? await resolveBackend({}) : undefined;
const baselines = [
  kNearestNeighbours(),
  categoryMeans(),
  ...(process.argv.includes('--no-2pl') ? [] : [clusterDifficulty({ parameters: 2 })]),
  modelMeans(),
];
const losses = new Map<string, number[]>();
const right = new Map<string, (number | undefined)[]>();
const asked: string[] = [];
const add = <Value>(to: Map<string, Value[]>, name: string, values: readonly Value[]): void => {
  to.set(name, [...(to.get(name) ?? []), ...values]);
};
const seconds = { solve: 0, unseen: 0 };
for (let seed = 0; seed < Number(splits); seed++) {
  const trained = await trainByDefault(data, splitQuestions(data.categories, { seed }), engine);
  const { train, validation, test, best } = trained;
  const truth = test.correctness;
  asked.push(...truth.questions);
  seconds.solve += trained.seconds.solve / Number(splits);
  seconds.unseen += trained.seconds.unseen / Number(splits);
  add(losses, DEFAULT, [logLoss(trained.probabilities, truth)]);
  add(right, DEFAULT, outcomes(truth, routeAll(trained.scores, truth)));
  add(losses, KNOWN, [logLoss(trained.known, truth)]);
  add(right, KNOWN, outcomes(truth, routeAll(trained.known, truth)));
  add(right, UNGUARDED, outcomes(truth, routeAll(trained.probabilities, truth)));
  const { guard, fallback } = trained.unseen ?? {};
  console.log(
    `seed ${seed}: categories ${trained.strength ?? 'not used'}, guard ${guard?.below}, ${guard?.margin}, fallback ${fallback ? `${fallback.below}, ${fallback.weight}` : 'none'}`,
  );
  for (const { name, fit } of baselines) {
    const predictor = await fit({ train, validation, engine, seed });
    const probabilities = await predictor.predictProbabilities(test.embeddings, {
      categories: test.categories,
    });
    add(losses, name, [logLoss(probabilities, truth)]);
    add(right, name, outcomes(truth, routeAll(probabilities, truth)));
    if (name !== MEANS || trained.inferred.length === 0) continue;
    const guessed = await predictor.predictProbabilities(test.embeddings, {
      categories: trained.inferred,
    });
    add(losses, GUESSED, [logLoss(guessed, truth)]);
    add(right, GUESSED, outcomes(truth, routeAll(guessed, truth)));
  }
  if (adam) {
    const { model } = await trainAdam({ train, backend: adam, seed });
    const probabilities = model.predictProbabilities(test.embeddings);
    add(losses, 'adam', [logLoss(probabilities, truth)]);
    add(right, 'adam', outcomes(truth, routeAll(probabilities, truth)));
  }
  add(right, SINGLE, outcomes(truth, new Int32Array(truth.questionCount).fill(best)));
}
await engine.dispose();

const meanOf = (values: readonly (number | undefined)[]): number => {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};
console.log(`| way | log loss | vs default [95%] | lower on | routing | vs default [95%] |`);
console.log('| --- | --- | --- | --- | --- | --- |');
const problems: string[] = [];
for (const [name, outcome] of right) {
  const of = losses.get(name);
  const own = losses.get(DEFAULT) ?? [];
  const differences = of?.map((loss, split) => loss - own[split]!) ?? [];
  const lessDefault = bootstrapMean(differences, 2000, new Random(0));
  const routing = pairedDifference(outcome, right.get(DEFAULT) ?? [], asked);
  const loss = of
    ? `${meanOf(of).toFixed(4)} | ${formatEstimate(lessDefault)} | ${differences.filter((d) => d < 0).length} of ${splits}`
    : ' | | ';
  console.log(
    `| ${name} | ${loss} | ${meanOf(outcome).toFixed(4)} | ${routing ? formatEstimate(routing) : ''} |`,
  );
  if (name.startsWith('train')) continue;
  if (of && lessDefault.mean <= 0) problems.push(`the log loss of ${name} is not higher`);
  // A baseline that knows the category is compared with the training that does.
  const rival = name === MEANS ? KNOWN : DEFAULT;
  const less = pairedDifference(outcome, right.get(rival) ?? [], asked);
  const error = less ? (less.upper - less.lower) / (2 * 1.96) : 0;
  if (less && less.mean > error) {
    problems.push(
      `${name} routes better than "${rival}" by ${less.mean.toFixed(4)}, more than its standard error of ${error.toFixed(4)}`,
    );
  }
}
console.log(
  `seconds: direct solver ${seconds.solve.toFixed(1)}, leaving categories out ${seconds.unseen.toFixed(1)}`,
);
console.log(problems.length === 0 ? 'Holds.' : `Does not hold: ${problems.join('; ')}.`);
