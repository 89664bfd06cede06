// The probing questions of the EmbedLLM paper (Section 6 of arXiv 2410.02223), answered on a page:
// output/notebook.html.
import { resolve } from 'node:path';
import { applySplit } from '@embedllm/core';
import { embeddingsOf, readRecords } from '@embedllm/example-data';
import {
  groupCloseness,
  modelDistances,
  nearestModels,
  principalComponents,
  probeAttribute,
  sizeClass,
  type Train,
  transferMatrix,
} from '@embedllm/probes';
import { plotMap, plotMatrix } from '@embedllm/probes/plot';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import { Notebook } from './notebook.js';

const SEED = 1;
const PERMUTATIONS = 199;
const records = await readRecords();
const { name, questions, models, correctness, split } = records;
const { embeddings } = await embeddingsOf(records);
const families = models.map(({ family }) => family);
const sizes = models.map(({ parametersBillion }) => sizeClass(parametersBillion));
const engine = await resolveEngine();
const { train: known, validation } = applySplit({ embeddings, correctness }, split);
const { model, chosen } = await trainDirect({ train: known, validation, engine });
const page = new Notebook('What model embeddings know');
const size = `${models.length} models, ${questions.length} questions`;
page.paragraph(`Data: ${name}: ${size}, its fixed split.`);
page.paragraph(
  `Direct solver, chosen on validation: ridge ${chosen.ridge}, pooling ${chosen.pooling}, rank ${chosen.rank}. ${PERMUTATIONS} permutations, seed ${SEED}.`,
);

page.heading('Which models are alike?');
const { points, explained } = principalComponents({ model, part: 'factors' });
page.figure(
  await plotMap({ points, groups: families }),
  `Models by the first two principal components of their factors, coloured by family; ${explained
    .slice(0, 2)
    .map((share) => `${(100 * share).toFixed(0)}%`)
    .join(' and ')} of the variance.`,
);
const shown = model.models.filter((_, index) => index % Math.ceil(models.length / 5) === 0);
page.table(
  ['model', 'nearest', 'second', 'third'],
  shown.map((one) => [
    one,
    ...nearestModels({ model, name: one, count: 3, metric: 'euclidean' }).map(
      (neighbour) => `${neighbour.name} (${neighbour.distance.toFixed(2)})`,
    ),
  ]),
);

page.heading('Are families and sizes closer than chance?');
const closeness = (vectors: 'factors' | 'all', what: string, labels: typeof families) => {
  const { distances } = modelDistances({ model, part: vectors, metric: 'euclidean' });
  const { withinMean, betweenMean, anosim, permanova } = groupCloseness({
    distances,
    labels,
    permutations: PERMUTATIONS,
    seed: SEED,
  });
  return [
    `${what}, ${vectors}`,
    withinMean.toFixed(2),
    betweenMean.toFixed(2),
    `${anosim.r.toFixed(2)} (${anosim.pValue.toFixed(3)})`,
    `${permanova.r2.toFixed(2)} (${permanova.pValue.toFixed(3)})`,
  ];
};
page.table(
  ['groups, vectors', 'distance within', 'between', 'ANOSIM R (p)', 'PERMANOVA R² (p)'],
  [
    closeness('factors', 'family', families),
    closeness('all', 'family', families),
    closeness('factors', 'size class', sizes),
    closeness('all', 'size class', sizes),
  ],
);

page.heading('What does an embedding reveal about its model?');
const logSizes = models.map(({ parametersBillion }) =>
  parametersBillion === undefined ? undefined : Math.log10(parametersBillion),
);
const rows: string[][] = [];
for (const vectors of ['factors', 'all'] as const) {
  for (const [what, values] of [
    ['family', families],
    ['log10 size', logSizes],
  ] as const) {
    const probe = await probeAttribute({
      model,
      part: vectors,
      values,
      permutations: PERMUTATIONS,
      seed: SEED,
    });
    const result =
      probe.kind === 'classes'
        ? `accuracy ${probe.accuracy.toFixed(2)} (most frequent ${probe.majorityShare.toFixed(2)})`
        : `R² ${probe.r2.toFixed(2)}`;
    rows.push([`${what}, ${vectors}`, String(probe.models), result, probe.pValue.toFixed(3)]);
  }
}
page.table(['attribute, vectors', 'models', 'left-out models', 'p'], rows);

page.heading('Does one benchmark predict another?');
const train: Train = async ({ embeddings: inputs, correctness: labels, signal }) => {
  const { ridge, pooling, rank } = chosen;
  const { model: trained } = await trainDirect({
    train: { embeddings: inputs, correctness: labels },
    ridges: [ridge],
    poolings: [pooling],
    ranks: [rank],
    engine,
    signal,
  });
  return trained;
};
const categories = questions.map(({ category }) => category);
const data = { correctness, categories, split, embeddings };
const { cells, models: compared } = await transferMatrix({ data, train });
page.figure(
  await plotMatrix({
    cells: cells.map(({ from, to, rankCorrelation }) => ({
      row: from,
      column: to,
      value: rankCorrelation,
    })),
    valueLabel: 'rank correlation',
    digits: 2,
  }),
  `Rank correlation over ${compared.length} models of predicted and observed accuracy on test questions.`,
);
const ownAndOther = (isOwn: boolean) => {
  const values = cells.flatMap(({ from, to, rankCorrelation }) =>
    (from === to) === isOwn && rankCorrelation !== undefined ? [rankCorrelation] : [],
  );
  return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2);
};
page.paragraph(
  `Mean rank correlation: ${ownAndOther(true)} on the benchmark that was trained on, ${ownAndOther(false)} on another.`,
);

await engine.dispose();
await page.write(resolve('output', 'notebook.html'));
console.log('\nWritten: output/notebook.html');
