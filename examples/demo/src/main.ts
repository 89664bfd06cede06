// From evaluation records to a router, compared with baselines: build, encode, train, evaluate,
// save, load, route. Every step goes through the packages' public interfaces.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbedLLMError, evaluatePredictions, type Matrix } from '@embedllm/core';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { inspectQuality } from '@embedllm/dataset-builder';
import { nearestModels } from '@embedllm/probes';
import { encoderRecord, fitLsaEncoder, restoreEncoder } from '@embedllm/question-encoder';
import { collectReport, formatEvaluation, renderReport } from '@embedllm/report';
import { Router } from '@embedllm/router';
import {
  categoryMeans,
  directSolver,
  kNearestNeighbours,
  resolveEngine,
  singleBestModel,
} from '@embedllm/trainer';
import { type DemoArguments, readArguments } from './arguments.js';
import { loadData } from './load-data.js';
import { heading, printable, seconds } from './print.js';
import { describeTraining, trainOn } from './train.js';

const TYPED_QUESTIONS = [
  'A shop sells 14 boxes of 36 pencils each and gives away 57 pencils. How many are left?',
  'What does this Python code print? print([x * x for x in range(5) if x % 2])',
  'A student has fever, a stiff neck and cannot bear bright light. Which diagnosis is most likely?',
  'All cats are mammals. All mammals are animals. What about "all animals are cats"?',
  'A runner covers 26.2 miles. Express this in kilometres.',
];

async function main(options: DemoArguments): Promise<void> {
  const started = performance.now();
  heading('Evaluation records');
  const data = await loadData(options);
  const { dataset, split } = data;
  const { correctness, questions } = dataset;
  console.log(
    `${data.name}: ${questions.length} questions, ${correctness.modelCount} models, ` +
      `${correctness.countObserved()} labels; ${data.splitName}: ` +
      `${split.train.length} train, ${split.validation.length} validation, ${split.test.length} test`,
  );

  heading('Encode the questions');
  const prompts = questions.map((question) => question.prompt);
  const fitting = performance.now();
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    seed: options.seed,
  });
  const embeddings = await encoder.encode(prompts);
  console.log(
    `${encoder.id}, ${encoder.dimensions} dimensions, fitted on the training questions, in ${seconds(fitting)}`,
  );

  heading('Train');
  const engine = await resolveEngine();
  const own = await trainOn(embeddings, data, engine);
  const fixed = data.fixedEmbeddings && (await trainOn(data.fixedEmbeddings, data, engine));
  describeTraining(own.training);

  heading('Save the artifact and load it afresh');
  const folder = join(options.output, 'artifact');
  const tested = evaluatePredictions(
    own.training.model.predictProbabilities(embeddings.selectRows(split.test)),
    correctness.selectQuestions(split.test),
  );
  await savePretrained(folder, {
    model: own.training.model,
    models: dataset.models,
    encoder: encoderRecord(encoder),
    training: own.training.record,
    metrics: {
      'test.routingAccuracy': tested.routingAccuracy,
      'test.logLoss': tested.logLoss,
    },
  });
  const artifact = await fromPretrained(folder);
  const isEqual = sameBits(artifact.model.score(embeddings), own.training.model.score(embeddings));
  if (!isEqual) throw new Error('The loaded model scores differently from the saved one.');
  console.log(`${printable(folder)}: the loaded model gives the same scores, bit for bit`);

  heading('Route five questions');
  const router = await Router.fromPretrained(artifact, { encoder: restoreEncoder });
  const decisions = await router.routeMany(TYPED_QUESTIONS, { top: 3 });
  for (const [index, { candidates }] of decisions.entries()) {
    const models = candidates.map(
      ({ model, probability }) => `${model.name} ${(100 * probability).toFixed(1)}%`,
    );
    console.log(`${TYPED_QUESTIONS[index]}\n  -> ${models.join(', ')}`);
  }
  const leader = decisions[0]?.model.name as string;
  const neighbours = nearestModels({ model: artifact.model, name: leader, count: 3 });
  console.log(`Most like ${leader}: ${neighbours.map(({ name }) => name).join(', ')}`);

  heading('Evaluate on the test questions, and write the report');
  const content = await collectReport({
    dataset,
    title: 'EmbedLLM: routing questions to the model that knows',
    dataName: data.name,
    split,
    splitName: data.splitName,
    artifact,
    encoder,
    embeddings,
    quality: await inspectQuality(dataset, { split }),
    importReport: data.report,
    predictors: [...own.baselines, ...(fixed ? [fixed.model, ...fixed.baselines] : [])],
    comparison: {
      estimators: [directSolver(), kNearestNeighbours(), categoryMeans(), singleBestModel()],
      seeds: [0, 1, 2],
      // Fitted again, so that no encoder has seen texts of its test questions.
      embeddings: async ({ train }, seed) => {
        const texts = train.map((index) => prompts[index] as string);
        return (await fitLsaEncoder({ texts, seed })).encode(prompts);
      },
    },
    heldOutBenchmarks: 4,
    examples: TYPED_QUESTIONS,
    seed: options.seed,
    engine,
  });
  await engine.dispose();
  if (content.evaluation.available) console.log(formatEvaluation(content.evaluation.content));
  if (content.forecasts.available) {
    const { meanAbsoluteError } = content.forecasts.content.overall;
    console.log(
      "\nBenchmark accuracies of all models, forecast from the test questions' texts: " +
        `off by ${(100 * meanAbsoluteError).toFixed(1)} points on average`,
    );
  }
  const report = join(options.output, 'report.html');
  await writeFile(report, await renderReport(content));
  console.log(`\nArtifact: ${printable(folder)}\nReport:   ${printable(report)}`);
  console.log(`Done in ${seconds(started)}.`);
}

function sameBits(a: Matrix, b: Matrix): boolean {
  return Buffer.from(a.data.buffer).equals(Buffer.from(b.data.buffer));
}

main(readArguments()).catch((error: unknown) => {
  // An error that names what is wrong needs no stack; anything else is a defect and does.
  console.error(error instanceof EmbedLLMError ? `\n${error.name}: ${error.message}` : error);
  process.exitCode = 1;
});
