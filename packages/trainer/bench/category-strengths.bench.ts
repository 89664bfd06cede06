// What categories are worth on fresh 80/10/10 splits of any folder of evaluation data, on lsa:
//   tsx bench/category-strengths.bench.ts [folder] [splits] [categories to leave out, a,b]
// Text alone, categories inferred or known with strengths 1, 3, 10 and 30, what the validation
// log loss chooses of text alone and categories inferred (`auto`), category means, and the single
// best of training. Prints means over test parts, and routing accuracy less that of text alone and
// of the single best on the same questions with 95% intervals.
import {
  type CorrectnessMatrix,
  evaluatePredictions,
  type Matrix,
  outcomes,
  pairedDifference,
  routeAll,
  singleBest,
} from '@embedllm/core';
import { fitCategoryMeans, resolveEngine, trainDirect, trainWithCategories } from '../src/index.js';
import { readFolder, splitFolder } from './folder-splits.js';

const STRENGTHS = [1, 3, 10, 30];

interface Sums {
  loss: number;
  seconds: number;
  readonly right: (number | undefined)[];
}

const [folder, splits = '10', without] = process.argv.slice(2);
const data = await readFolder(folder || undefined, without?.split(','));
const engine = await resolveEngine();
const results = new Map<string, Sums>();
const asked: string[] = [];
const chosen: string[] = [];
for (let seed = 0; seed < Number(splits); seed++) {
  const { train, validation, test } = await splitFolder(data, seed);
  asked.push(...test.correctness.questions);
  const note = (name: string, seconds: number, probabilities: Matrix): void => {
    const sums = results.get(name) ?? { loss: 0, seconds: 0, right: [] };
    results.set(name, sums);
    const { logLoss } = evaluatePredictions(probabilities, test.correctness);
    sums.loss += logLoss / Number(splits);
    sums.seconds += seconds / Number(splits);
    sums.right.push(...outcomes(test.correctness, routeAll(probabilities, test.correctness)));
  };
  const lossOf = (probabilities: Matrix, truth: CorrectnessMatrix): number =>
    evaluatePredictions(probabilities, truth).logLoss;
  const text = await trainDirect({ train, validation, engine });
  const plain = text.model.predictProbabilities(test.embeddings);
  note('text alone', text.seconds, plain);
  let best = {
    name: 'text alone',
    loss: lossOf(text.model.predictProbabilities(validation.embeddings), validation.correctness),
    probabilities: plain,
  };
  let seconds = text.seconds;
  for (const strength of STRENGTHS) {
    const fitted = await trainWithCategories({ train, validation, engine, strength });
    const { model, indicators } = fitted;
    seconds += fitted.seconds;
    const known = test.categories.map((name) => (indicators.has(name) ? name : undefined));
    const probabilities = model.predictProbabilities(indicators.append(test.embeddings));
    note(`inferred, ${strength}`, fitted.seconds, probabilities);
    note(
      `known, ${strength}`,
      fitted.seconds,
      model.predictProbabilities(indicators.append(test.embeddings, known)),
    );
    const loss = lossOf(
      model.predictProbabilities(indicators.append(validation.embeddings)),
      validation.correctness,
    );
    if (loss < best.loss) best = { name: `inferred, ${strength}`, loss, probabilities };
  }
  note('auto', seconds, best.probabilities);
  chosen.push(best.name);
  const means = fitCategoryMeans({ train, categories: train.categories });
  note(
    'category means',
    0,
    await means.predictProbabilities(test.embeddings, { categories: test.categories }),
  );
  const single = outcomes(
    test.correctness,
    Array<number>(test.correctness.questionCount).fill(singleBest(train.correctness).model),
  );
  const sums = results.get('single best') ?? { loss: Number.NaN, seconds: 0, right: [] };
  results.set('single best', sums);
  sums.right.push(...single);
}
await engine.dispose();
console.log(
  '| way | log loss | routing accuracy | vs text alone [95%] | vs single best [95%] | seconds |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
const rightOf = (name: string): readonly (number | undefined)[] => results.get(name)?.right ?? [];
for (const [name, { loss, right, seconds }] of results) {
  const judged = right.filter((value) => value !== undefined);
  const accuracy = judged.reduce((sum: number, value) => sum + value, 0) / judged.length;
  const [text, single] = ['text alone', 'single best'].map((other) => {
    const found = pairedDifference(right, rightOf(other), asked);
    return found
      ? `${found.mean.toFixed(4)} [${found.lower.toFixed(4)}, ${found.upper.toFixed(4)}]`
      : '';
  });
  console.log(
    `| ${name} | ${loss.toFixed(4)} | ${accuracy.toFixed(4)} | ${text} | ${single} | ${seconds.toFixed(2)} |`,
  );
}
console.log(`auto chose ${chosen.join('; ')}`);
