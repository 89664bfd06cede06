// Every probe on the ZeroEval data: prints the tables of the README, and draws docs/*.svg.
//
//   pnpm --filter @embedllm/probes bench
//
// The data lies in ../shared/data/zeroeval next to the repository, or where EMBEDLLM_ZEROEVAL says.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { modelAccuracies } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { createOnnxRuntimeEngine } from '@embedllm/trainer';
import {
  ablateBenchmarks,
  dimensionSweep,
  duplicateModels,
  groupCloseness,
  modelDistances,
  nearestModels,
  type ProbeData,
  principalComponents,
  probeAttribute,
  seedStability,
  separatingQuestions,
  sizeClass,
  sparsityCurve,
  transferMatrix,
  umapMap,
  verifyModel,
} from '../src/index.js';
import { plotCurve, plotMap, plotMatrix } from '../src/plot.js';
import { directTrainer } from '../test/trained-pool.fixture.js';
import { fingerprintPool } from './fingerprint-pool.js';
import { fixed, printTable } from './table.js';

const folder =
  process.env.EMBEDLLM_ZEROEVAL ??
  fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));
const { questions, models, correctness, split, embeddings } = await readEvaluationFolder(folder);
if (!split || !embeddings) throw new Error(`${folder} has no splits.csv or embeddings.npy.`);
const categories = questions.map(({ category }) => category);
const data: ProbeData = { embeddings, correctness, categories, split };
const engine = await createOnnxRuntimeEngine();
const train = directTrainer(engine);
const started = process.cpuUsage();

const model = await train({
  embeddings: embeddings.selectRows(split.train),
  correctness: correctness.selectQuestions(split.train),
  validation: {
    embeddings: embeddings.selectRows(split.validation),
    correctness: correctness.selectQuestions(split.validation),
  },
  dimensions: undefined,
  seed: 0,
  signal: undefined,
});
console.log(`${model.models.length} models, embedding of ${model.dimensions} dimensions`);

const families = models.map(({ family }) => family);
const sizes = models.map(({ parametersBillion }) => sizeClass(parametersBillion));
const logSizes = models.map(({ parametersBillion: size }) => size && Math.log10(size));
const accuracies = [...modelAccuracies(correctness)];
// Which benchmarks a model was asked: where it was not asked one, its factors are shrunk there.
const benchmarks = [...new Set(categories)];
const coverage = models.map((_, m) =>
  benchmarks
    .filter((name) => categories.some((c, q) => c === name && correctness.get(q, m) !== undefined))
    .join('+'),
);
const complete = families.map((family, m) =>
  coverage[m] === benchmarks.join('+') ? family : undefined,
);
const abilities = accuracies.map((value) => `${value > 0.7}`);

printTable('Closer than chance? (999 permutations, seed 1)', [
  ['vectors', 'groups', 'models', "Cohen's d", 'p', 'ANOSIM R', 'p', 'PERMANOVA R2', 'p'],
  ...(['all', 'factors'] as const).flatMap((part) => {
    const { distances } = modelDistances({ model, part, metric: 'euclidean' });
    return (
      [
        ['family', families, undefined],
        ['family, within halves by accuracy', families, abilities],
        ['family, within equal coverage', families, coverage],
        ['family, models asked everything', complete, undefined],
        ['size class', sizes, undefined],
        ['coverage', coverage, undefined],
      ] as const
    ).map(([what, labels, strata]) => {
      const result = groupCloseness({ distances, labels, strata, seed: 1 });
      return [
        part,
        what,
        result.models,
        fixed(result.standardizedDifference, 2),
        fixed(result.pValue, 3),
        fixed(result.anosim.r, 2),
        fixed(result.anosim.pValue, 3),
        fixed(result.permanova.r2, 2),
        fixed(result.permanova.pValue, 3),
      ];
    });
  }),
]);

const attributeRows = [];
for (const [what, values] of [
  ['family', families],
  ['log10 size', logSizes],
  ['accuracy', accuracies],
] as const) {
  for (const part of ['all', 'factors', 'ability'] as const) {
    for (const probe of ['ridge', 'nearest-neighbours'] as const) {
      const result = await probeAttribute({ model, part, values, probe, seed: 1 });
      attributeRows.push([
        what,
        part,
        probe,
        result.models,
        result.kind === 'classes'
          ? `accuracy ${fixed(result.accuracy, 2)} (most frequent ${fixed(result.majorityShare, 2)})`
          : `R2 ${fixed(result.r2, 2)}`,
        fixed(result.pValue, 3),
      ]);
    }
  }
}
printTable('Attributes from the embedding, leave-one-out (999 permutations, seed 1)', [
  ['attribute', 'vectors', 'probe', 'models', 'result', 'p'],
  ...attributeRows,
]);

printTable('Nearest models (euclidean, all dimensions)', [
  ['model', 'nearest'],
  ...[
    'gpt-4o-2024-08-06',
    'Meta-Llama-3.1-70B-Instruct',
    'Qwen2.5-7B-Instruct',
    'o1-mini-2024-09-12',
  ].map((name) => [
    name,
    nearestModels({ model, name, count: 3, metric: 'euclidean' })
      .map((neighbour) => `${neighbour.name} (${fixed(neighbour.distance, 2)})`)
      .join(', '),
  ]),
]);

const duplicates = await duplicateModels({ correctness, categories, count: 8 });
printTable('Most alike answers (all 2,840 questions)', [
  ['first', 'second', 'questions', 'differ', 'expected', 'excess agreement', 'adjusted p'],
  ...duplicates.map((pair) => [
    pair.first,
    pair.second,
    pair.questions,
    pair.disagreements,
    fixed(pair.expectedDisagreements, 1),
    fixed(pair.excessAgreement, 2),
    pair.adjustedPValue.toExponential(1),
  ]),
]);

const separation = separatingQuestions({
  first: 'gpt-4o-2024-08-06',
  second: 'claude-3-5-sonnet-20241022',
  questions,
  models: correctness.models,
  probabilities: model.predictProbabilities(embeddings),
  correctness,
});
printTable('gpt-4o-2024-08-06 against claude-3-5-sonnet-20241022', [
  ['benchmark', 'both asked', 'only first', 'only second', 'predicted difference', 'adjusted p'],
  ...separation.benchmarks.map((row) => [
    row.benchmark,
    row.both,
    row.onlyFirst,
    row.onlySecond,
    fixed(row.predictedDifference, 3),
    fixed(row.adjustedPValue, 4),
  ]),
]);

const ablation = await ablateBenchmarks({ data, train });
printTable(
  `Ablation, test split, ${ablation.models.length} models: change of accuracy (SE), of log loss`,
  [
    ['removed', ...ablation.reference.map(({ benchmark }) => benchmark)],
    [
      'nothing (accuracy, log loss)',
      ...ablation.reference.map((row) => `${fixed(row.accuracy, 3)}, ${fixed(row.logLoss, 3)}`),
    ],
    ...ablation.changes.map(({ benchmark, effects }) => [
      benchmark,
      ...effects.map(
        (effect) =>
          `${signed(effect.accuracyDifference)} (${fixed(effect.standardError, 3)}), ${signed(effect.logLossDifference)}`,
      ),
    ]),
  ],
);

const transfer = await transferMatrix({ data, train });
printTable(
  `Transfer, test split, ${transfer.models.length} models: accuracy, rank correlation of models`,
  [
    ['trained on', ...transfer.benchmarks],
    ...transfer.benchmarks.map((from) => [
      from,
      ...transfer.benchmarks.map((to) => {
        const cell = transfer.cells.find((other) => other.from === from && other.to === to);
        return `${fixed(cell?.accuracy, 3)}, ${fixed(cell?.rankCorrelation, 2)}`;
      }),
    ]),
  ],
);

const sparsity = await sparsityCurve({ data, train, repetitions: 3, seed: 1 });
printTable(`Thinning, test split, ${sparsity.models.length} models, 3 draws, seed 1`, [
  ['thinned', 'share kept', 'training labels', 'accuracy (SD)', 'AUROC', 'log loss'],
  ...sparsity.points.map((point) => [
    point.thinned,
    point.share,
    Math.round(point.trainingLabels),
    `${fixed(point.accuracy, 4)} (${fixed(point.accuracyDeviation, 4)})`,
    fixed(point.auroc, 4),
    fixed(point.logLoss, 4),
  ]),
]);

const sweep = await dimensionSweep({ data, train, dimensions: [0, 1, 2, 3, 4, 6, 8, 16, 32] });
printTable('Number of factors, test split', [
  ['factors', 'accuracy', 'AUROC', 'log loss'],
  ...sweep.points.map((point) => [
    point.dimensions,
    fixed(point.accuracy, 4),
    fixed(point.auroc, 4),
    fixed(point.logLoss, 4),
  ]),
]);

const stabilityRows = [];
for (const share of [0.25, 0.5, 0.8]) {
  const result = await seedStability({ data, train, share, seeds: [0, 1, 2, 3] });
  stabilityRows.push([
    share,
    fixed(result.disparity, 3),
    fixed(result.distanceCorrelation, 3),
    fixed(result.neighbourOverlap, 2),
    fixed(result.logitCorrelation, 3),
  ]);
}
printTable('Stability: runs on random shares of the training questions, seeds 0 to 3, all pairs', [
  [
    'share',
    'Procrustes disparity',
    'distance correlation',
    '5-neighbour overlap',
    'logit correlation',
  ],
  ...stabilityRows,
]);

printTable(
  'Is it the model that it claims to be? (see bench/fingerprint-pool.ts)',
  await fingerprintPool(correctness),
);

const host = 'Llama-3.1-405B-Inst@sambanova';
const hostAnswers = correctness.questions.flatMap((question, q) => {
  const label = correctness.get(q, correctness.models.indexOf(host));
  return label === undefined ? [] : [{ question, outcome: label }];
});
printTable(`Answers of ${host} under several claims (assumed self-agreement 0.9)`, [
  ['claimed', 'answers', 'agreement', 'accuracy p', 'agreement p', 'verdict at 0.05'],
  ...[
    'Llama-3.1-405B-Inst@hyperbolic',
    'Llama-3.1-405B-Inst-fp8@together',
    'Mistral-Large-2',
    'gpt-4o-2024-08-06',
  ].map((claimed) => {
    const result = verifyModel({ claimed, correctness, answers: hostAnswers, selfAgreement: 0.9 });
    return [
      claimed,
      result.questions,
      fixed(result.agreement, 3),
      ...result.tests.map(({ pValue }) => pValue.toPrecision(2)),
      result.verdict,
    ];
  }),
]);

const components = principalComponents({ model, components: 4 });
console.log(
  `\nshare of variance: ${components.explained.map((share) => fixed(share, 3)).join(', ')}`,
);
const docs = fileURLToPath(new URL('../docs/', import.meta.url));
await mkdir(docs, { recursive: true });
const percent = (index: number): string =>
  `${Math.round(100 * (components.explained[index] ?? 0))}%`;
const map = {
  points: components.points,
  groups: families,
  title: 'ZeroEval: 55 models, principal components of their embeddings',
  xLabel: `first component (${percent(0)} of the variance)`,
  yLabel: `second component (${percent(1)})`,
};
await writeFile(`${docs}models-pca.svg`, await plotMap(map));
const curve = {
  points: sparsity.points.map((point) => ({
    x: point.share,
    y: point.accuracy,
    error: point.accuracyDeviation,
    series: point.thinned,
  })),
  xLabel: 'share of the training data kept',
  yLabel: 'test accuracy',
  logarithmic: true,
  title: 'ZeroEval: how much data is needed?',
};
await writeFile(`${docs}sparsity.svg`, await plotCurve(curve));
if (process.argv.includes('--all-plots')) {
  const points = await umapMap({ model, seed: 1 });
  const umap = { points, groups: families, xLabel: null, yLabel: null, title: 'UMAP' };
  await writeFile(`${docs}models-umap.svg`, await plotMap(umap));
  const cells = transfer.cells.map((cell) => ({
    row: cell.from,
    column: cell.to,
    value: cell.accuracy,
  }));
  await writeFile(`${docs}transfer.svg`, await plotMatrix({ cells, valueLabel: 'accuracy' }));
}
await engine.dispose();
const { user, system } = process.cpuUsage(started);
console.log(`${fixed((user + system) / 1e6, 1)} s of CPU time`);

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}
