// From evaluation records to a router, compared with baselines: build, encode, train, evaluate,
// save, load, route. Every step goes through the packages' public interfaces.

import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { applySplit, EmbedLLMError, evaluatePredictions, type Matrix } from '@embedllm/core';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { inspectQuality } from '@embedllm/dataset-builder';
import { nearestModels } from '@embedllm/probes';
import { encoderRecord, fitLsaEncoder, restoreEncoder } from '@embedllm/question-encoder';
import { collectReport, formatEvaluation, renderReport } from '@embedllm/report';
import { Router } from '@embedllm/router';
import {
  categoryMeans,
  type DirectTraining,
  directSolver,
  type Engine,
  fitKNearestNeighbours,
  kNearestNeighbours,
  type Predictor,
  resolveEngine,
  singleBestModel,
  trainDirect,
} from '@embedllm/trainer';
import { type DemoArguments, readArguments, START_FOLDER } from './arguments.js';
import { type DemoData, loadData } from './load-data.js';

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
      // Fitted anew, so that no encoder has seen texts of its test questions.
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

interface TrainedFeatures {
  readonly training: DirectTraining;
  readonly model: { predictor: Predictor; embeddings: Matrix };
  /** On the same embeddings. */
  readonly baselines: readonly { predictor: Predictor; embeddings: Matrix }[];
}

/** Trains on one kind of embeddings, with the k-NN baseline next to it; chooses on validation. */
async function trainOn(
  embeddings: Matrix,
  { dataset, split, fixedEmbeddings }: DemoData,
  engine: Engine,
): Promise<TrainedFeatures> {
  const { correctness } = dataset;
  const { train, validation } = applySplit({ embeddings, correctness }, split);
  const training = await trainDirect({ train, validation, engine });
  const nearest = await fitKNearestNeighbours({ train, validation, engine });
  const features = fixedEmbeddings && embeddings === fixedEmbeddings ? 'embeddings.npy' : 'lsa';
  const model: Predictor = {
    name: `EmbedLLM, ${features}`,
    predictProbabilities: async (inputs) => training.model.predictProbabilities(inputs),
  };
  const baseline = { ...nearest, name: `${nearest.name}, ${features}` };
  return {
    training,
    model: { predictor: model, embeddings },
    baselines: [{ predictor: baseline, embeddings }],
  };
}

function describeTraining({ chosen, engine, path, seconds: wallTime }: DirectTraining): void {
  const { ridge, pooling, rank, validationLogLoss } = chosen;
  console.log(
    `direct solver on ${engine}: ${path.length} strengths in ${wallTime.toFixed(2)} s; chosen on ` +
      `validation: ridge ${ridge}, pooling ${pooling}, rank ${rank} (log loss ${validationLogLoss?.toFixed(4)})`,
  );
}

function sameBits(a: Matrix, b: Matrix): boolean {
  return Buffer.from(a.data.buffer).equals(Buffer.from(b.data.buffer));
}

/** A path as the user would type it. */
function printable(path: string): string {
  return relative(START_FOLDER, path);
}

function heading(text: string): void {
  console.log(`\n${text}\n${'-'.repeat(text.length)}`);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

main(readArguments()).catch((error: unknown) => {
  // An error that names what is wrong needs no stack; anything else is a defect and does.
  console.error(error instanceof EmbedLLMError ? `\n${error.name}: ${error.message}` : error);
  process.exitCode = 1;
});
