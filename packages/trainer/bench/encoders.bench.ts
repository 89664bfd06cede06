// What encoders predict with the direct solver, settings chosen on validation, on any folder of
// evaluation data: in domain (fresh 80/10/10 splits) and on each category left out of encoder, training
// and validation in turn:
//   tsx bench/encoders.bench.ts [folder] [splits]
// `lsa` is fitted on each training part, `static` is the table of @embedllm/encoder-english, which knows
// no questions, and `lsa + static` both side by side, at the weights given. Prints log loss and routing
// accuracy by probability alone, less those of lsa on the same questions, with 95% intervals: for log
// loss by bootstrap over splits or categories, for routing over questions.
import {
  logLoss,
  Matrix,
  outcomes,
  pairedDifference,
  Random,
  routeAll,
  splitQuestions,
} from '@embedllm/core';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import { loadStaticEncoder } from '@embedllm/question-encoder/node';
import { bootstrapMean, resolveEngine, trainDirect } from '../src/index.js';
import { readFolder } from './folder-splits.js';
import { formatEstimate } from './format-estimate.js';

interface Job {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

const TABLE = new URL('../../encoder-english/data', import.meta.url).pathname;
/** Weight of lsa and of static. */
const WEIGHTS: Readonly<Record<string, readonly [number, number]>> = {
  lsa: [1, 0],
  static: [0, 1],
  'lsa + static, 1 to 0.5': [1, 0.5],
  'lsa + static, 1 to 1': [1, 1],
};

const [folder, splits = '10'] = process.argv.slice(2);
const data = await readFolder(folder || undefined);
const engine = await resolveEngine();
const table = await (await loadStaticEncoder(TABLE)).encode([...data.texts]);
const all = [...data.texts.keys()];
const categories = [...new Set(data.categories)];

await compare(
  `in domain, seeds 0 to ${Number(splits) - 1}`,
  Array.from({ length: Number(splits) }, (_, seed) => splitQuestions(data.categories, { seed })),
);
await compare(
  `left out, each of ${categories.length} categories`,
  categories.map((category): Job => {
    const rest = all.filter((index) => data.categories[index] !== category);
    const split = splitQuestions(
      rest.map((index) => data.categories[index] ?? ''),
      { seed: 0, fractions: { train: 0.9, validation: 0.1, test: 0 } },
    );
    const original = (places: readonly number[]): number[] => places.map((place) => rest[place]!);
    return {
      train: original(split.train),
      validation: original(split.validation),
      test: all.filter((index) => data.categories[index] === category),
    };
  }),
);
await engine.dispose();

async function compare(title: string, jobs: readonly Job[]): Promise<void> {
  const losses = new Map<string, number[]>();
  const right = new Map<string, (number | undefined)[]>();
  const asked: string[] = [];
  for (const job of jobs) {
    const textsOf = (of: readonly number[]) => of.map((index) => data.texts[index] ?? '');
    const lsa = await (await fitLsaEncoder({ texts: textsOf(job.train) })).encode([...data.texts]);
    const models = labelledModels(job.train);
    const correctness = data.correctness.selectModels(models);
    const truth = correctness.selectQuestions(job.test);
    asked.push(...truth.questions);
    for (const [name, weights] of Object.entries(WEIGHTS)) {
      const part = (of: readonly number[]) => ({
        embeddings: join(lsa.selectRows(of), table.selectRows(of), weights),
        correctness: correctness.selectQuestions(of),
      });
      const { model } = await trainDirect({
        ...{ train: part(job.train), validation: part(job.validation), engine },
      });
      const probabilities = model.predictProbabilities(part(job.test).embeddings);
      losses.set(name, [...(losses.get(name) ?? []), logLoss(probabilities, truth)]);
      const routed = outcomes(truth, routeAll(probabilities, truth));
      right.set(name, [...(right.get(name) ?? []), ...routed]);
    }
  }
  console.log(
    `\n${title}\n\n| encoder | log loss | vs lsa [95%] | lower on | routing | vs lsa [95%] |`,
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const [name, values] of losses) {
    const differences = values.map((loss, index) => loss - losses.get('lsa')![index]!);
    const lessLsa = bootstrapMean(differences, 2000, new Random(0));
    const own = right.get(name) ?? [];
    const known = own.filter((outcome) => outcome !== undefined);
    const routing = pairedDifference(own, right.get('lsa') ?? [], asked);
    console.log(
      `| ${name} | ${average(values).toFixed(4)} | ${formatEstimate(lessLsa)} | ` +
        `${differences.filter((difference) => difference < 0).length} of ${jobs.length} | ${average(known).toFixed(4)} | ` +
        `${routing ? formatEstimate(routing) : ''} |`,
    );
  }
}

/** Rows of unit length side by side, each times its weight, as `joinEncoders` puts them. */
function join(a: Matrix, b: Matrix, [first, second]: readonly [number, number]): Matrix {
  if (second === 0) return a;
  if (first === 0) return b;
  const norm = Math.hypot(first, second);
  const result = new Matrix(a.rows, a.cols + b.cols);
  for (let row = 0; row < a.rows; row++) {
    const target = result.row(row);
    a.row(row).forEach((value, j) => {
      target[j] = (value * first) / norm;
    });
    b.row(row).forEach((value, j) => {
      target[a.cols + j] = (value * second) / norm;
    });
  }
  return result;
}

/** Models with a label on some of the questions; others cannot be trained. */
function labelledModels(questions: readonly number[]): number[] {
  const labels = new Uint32Array(data.correctness.modelCount);
  data.correctness.selectQuestions(questions).forEachLabel((_, model) => {
    labels[model] = labels[model]! + 1;
  });
  return [...labels.keys()].filter((model) => labels[model]! > 0);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
