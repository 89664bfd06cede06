// Every baseline against the direct solver over fresh 80/10/10 splits of ZeroEval:
//   tsx bench/compare.bench.ts [splits]
import {
  categoryMeans,
  clusterDifficulty,
  compare,
  directSolver,
  directWithCategories,
  formatComparison,
  kNearestNeighbours,
  modelMeans,
  oracle,
  randomModel,
  singleBestModel,
} from '../src/index.js';
import { readZeroEval } from '../test/zeroeval.js';

const splits = Number(process.argv[2] ?? 10);
const { correctness, embeddings, questions } = (await readZeroEval()).folder;
if (!embeddings) throw new Error('ZeroEval comes with embeddings.');
const rows = await compare({
  data: { correctness, embeddings, categories: questions.map(({ category }) => category) },
  estimators: [
    directSolver(),
    directWithCategories({ categories: 'known' }),
    directWithCategories({ categories: 'inferred' }),
    kNearestNeighbours(),
    clusterDifficulty({ parameters: 1 }),
    clusterDifficulty({ parameters: 2 }),
    categoryMeans(),
    modelMeans(),
    singleBestModel(),
    randomModel(),
    oracle(),
  ],
  seeds: Array.from({ length: splits }, (_, seed) => seed),
});
console.log(formatComparison(rows));
for (const { name, differences } of rows.slice(1)) {
  const { mean, lower, upper } = differences.logLoss;
  console.log(
    `log loss of ${name} less that of direct: ${mean.toFixed(4)} [${lower?.toFixed(4)}, ${upper?.toFixed(4)}]`,
  );
}
const direct = rows[0];
const nearest = rows.find(({ name }) => name === 'k-NN');
console.log(
  `fit, k-NN / direct: ${((nearest?.fitSeconds ?? 0) / (direct?.fitSeconds ?? 1)).toFixed(2)} x the time`,
);
