// An evaluation pipeline: logs of a pool of models, a few answers of a new one, a forecast of all
// of its benchmarks, and an exit code that CI understands.
//
//   pnpm start -- --minimum 0.5   # accuracy that the gate asks for
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Answer } from '@embedllm/core';
import { readHarnessLogs, readHarnessSamples } from '@embedllm/dataset-builder';
import { readCompleteSample, runHarness, trueAccuracies } from '@embedllm/example-data';
import {
  checkGate,
  fitItemResponse,
  forecastBenchmarks,
  formatHarnessQuestions,
  type HarnessDocument,
  renderForecastJson,
  renderForecastMarkdown,
  responsesFromSamples,
  selectQuestions,
} from '@embedllm/forecaster';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { minimum: { type: 'string', default: '0.5' } },
});
const minimum = Number(values.minimum);

const output = resolve('output');
const poolLogs = join(output, 'logs', 'pool');
const newLogs = join(output, 'logs', 'new');
await rm(join(output, 'logs'), { recursive: true, force: true });
await mkdir(output, { recursive: true });

// With real models these logs exist: lm_eval ... --log_samples --output_path output/logs/pool
const recorded = await readCompleteSample();
const newcomer = 'Meta-Llama-3.1-70B-Instruct';
for (const { name } of recorded.models) {
  if (name === newcomer) continue;
  await runHarness({
    data: recorded,
    model: name,
    outputPath: poolLogs,
    date: '2025-01-01T00-00-00.000000',
  });
}

console.log('1. Read the logs of the pool');
const { questions, models, correctness, report } = await readHarnessLogs(poolLogs);
console.log(
  `   ${models.length} models, ${questions.length} questions of ${report.categories.length} tasks, ${report.labels} labels`,
);

console.log('\n2. Learn how hard and how telling each question is');
const pool = await fitItemResponse({
  correctness,
  categories: questions.map(({ category }) => category),
});
console.log(`   abilities per model: ${pool.dimensions}, chosen by forecasts of left-out models`);

console.log(`\n3. Ask ${newcomer} the most informative questions, until the gate is decided`);
const documents = await documentNumbers(join(poolLogs, models[0]?.name as string));
const responses: Answer[] = [];
let gate = decide();
for (let round = 1; gate.verdict === 'undecided' && round <= 10; round++) {
  // A gate on the mean of benchmarks needs answers on each of them: the first questions are spread.
  const strategy = round === 1 ? 'stratified' : 'informative';
  const next = selectQuestions({ pool, responses, count: 20, strategy, seed: round });
  const samples = join(output, 'samples.json');
  await writeFile(samples, formatHarnessQuestions(next, documents));
  // lm_eval --model ... --tasks ... --samples output/samples.json --log_samples --output_path ...
  const outputPath = join(newLogs, `round-${round}`);
  await runHarness({
    data: recorded,
    model: newcomer,
    outputPath,
    date: `2025-02-01T00-${String(round).padStart(2, '0')}-00.000000`,
    samples,
  });
  responses.push(...(await readResponses(join(outputPath, newcomer))));
  gate = decide();
  console.log(`   ${responses.length} answers: ${gate.message}`);
}

console.log('\n4. Forecast every benchmark');
const forecast = forecastNow();
await writeFile(join(output, 'forecast.md'), renderForecastMarkdown(forecast));
await writeFile(join(output, 'forecast.json'), renderForecastJson(forecast));
console.log(renderForecastMarkdown(forecast));

console.log('5. What is on record: the answers to all questions');
const truth = trueAccuracies(recorded, newcomer);
const errors = forecast.benchmarks.map(({ benchmark, accuracy, lower, upper }) => {
  const actual = truth.get(benchmark) as number;
  return { error: Math.abs(accuracy - actual), isInside: lower <= actual && actual <= upper };
});
const meanError = errors.reduce((sum, { error }) => sum + error, 0) / errors.length;
console.log(
  `   off by ${(100 * meanError).toFixed(1)} points on average; ${errors.filter(({ isInside }) => isInside).length} of ${errors.length} inside their intervals`,
);

process.exitCode = { pass: 0, fail: 1, undecided: 5 }[gate.verdict];
console.log(`\nGate: ${gate.message}\nExit code ${process.exitCode}`);

/** Is the mean over the benchmarks at least the minimum? */
function decide() {
  return checkGate({ forecast: forecastNow(), benchmark: 'macro', minimum });
}

function forecastNow() {
  return forecastBenchmarks({ pool, responses, model: newcomer, sample: 'chosen' });
}

/** Where the harness finds each question: from the logs of a model that was asked all of them. */
async function documentNumbers(folder: string): Promise<Map<string, HarnessDocument>> {
  const found = new Map<string, HarnessDocument>();
  for (const file of await sampleFiles(folder)) {
    for await (const { questionId, task, docId } of readHarnessSamples(file)) {
      found.set(questionId, { task, docId });
    }
  }
  return found;
}

/** The marked answers of a run. */
async function readResponses(folder: string): Promise<Answer[]> {
  const samples = [];
  for (const file of await sampleFiles(folder)) {
    for await (const sample of readHarnessSamples(file)) samples.push(sample);
  }
  const { responses: found, unknown } = responsesFromSamples(samples, pool.questions);
  if (unknown > 0) throw new Error(`${unknown} answers are to questions that the pool lacks.`);
  return found;
}

async function sampleFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.startsWith('samples_')).map((name) => join(folder, name));
}
