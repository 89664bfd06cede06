// The experiments of the EmbedLLM paper (Zhuang et al., ICLR 2025, arXiv 2410.02223) on a folder of
// evaluation data. Prints Markdown, and writes it to output/tables.md.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { benchmarkAblation, embeddingDimensions } from './ablations.js';
import { readArguments } from './arguments.js';
import { benchmarkForecasts } from './benchmark-forecasts.js';
import { correctnessForecasting, publishedForecasting } from './correctness-forecasting.js';
import { cost } from './cost.js';
import { setUp } from './experiment.js';
import { loadData } from './load-data.js';
import { modelRouting } from './model-routing.js';
import { PREDICTED_BENCHMARKS } from './published-figures.js';

const { data: folder, isFull } = readArguments();
const written: string[] = [];
const data = await loadData(folder);
say(`# EmbedLLM's experiments on ${data.name}`);
const { train, validation, test } = data.split;
say(`${train.length} training, ${validation.length} validation, ${test.length} test questions.`);
const experiment = await setUp(data, { isFull });
const { ridge, pooling, rank } = experiment.trained.direct.chosen;
say(`Direct solver, chosen on validation: ridge ${ridge}, pooling ${pooling}, rank ${rank}.`);

say('## Correctness forecasting (Table 1), test accuracy');
say(await correctnessForecasting(experiment));
say('The paper, on its own data:');
say(publishedForecasting());

say('## Model routing (Figure 4), share of test questions answered correctly');
say(await modelRouting(experiment));

say('## Benchmark accuracy from embeddings trained without it (Figure 5)');
const permutations = isFull ? 999 : 99;
const { table, significant, benchmarks } = await benchmarkForecasts(experiment, { permutations });
say(table);
say(
  `Significant at 5%: ${significant} of ${benchmarks}; in the paper ${PREDICTED_BENCHMARKS} of 10, by Kendall's tau over random splits of the models.`,
);

say('## Benchmark ablation (Section 6.2), change of test accuracy in points ± standard error');
say(await benchmarkAblation(experiment));

say('## Embedding dimensions');
say(await embeddingDimensions(experiment));

say('## Cost');
say(cost(experiment));
if (!isFull) say('`--full` runs the published training too.');
await experiment.engine.dispose();

await mkdir('output', { recursive: true });
await writeFile(join(resolve('output'), 'tables.md'), `${written.join('\n\n')}\n`);

function say(text: string): void {
  written.push(text);
  console.log(`${text}\n`);
}
