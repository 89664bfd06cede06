// Prepares what the page reads: an artifact, and figures from recorded answers.
import { join } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import type { ExplorerData } from './explorer-data.js';
import { type PrepareArguments, readArguments } from './prepare/arguments.js';
import { readEvaluation, readSampleEvaluation } from './prepare/load-evaluation.js';
import { prepareSite } from './prepare/prepare-site.js';

/** Runs the preparation for a command line, and says on the terminal what it does. */
export async function prepare({
  data,
  output,
  seed,
  terms,
}: PrepareArguments): Promise<ExplorerData> {
  const started = performance.now();
  const evaluation = await (data === undefined
    ? readSampleEvaluation()
    : readEvaluation(data, seed));
  const { dataset, split, splitName, name } = evaluation;
  console.log(
    `${name}: ${dataset.questions.length} questions, ${dataset.models.length} models; ` +
      `${splitName}: ${split.train.length} train, ${split.validation.length} validation, ${split.test.length} test`,
  );
  const folder = join(output, 'public');
  const prepared = await prepareSite({
    evaluation,
    folder,
    seed,
    terms,
    onStep: (step) => console.log(`- ${step}`),
  });
  const { forecasts, costQuality } = prepared;
  console.log(
    costQuality
      ? `${costQuality.points.length} policies from validation, evaluated on ${costQuality.questions} test questions`
      : 'no prices: the page does not show costs',
  );
  console.log(
    `${forecasts.inside} of ${forecasts.compared} observed benchmark accuracies lie within their ` +
      `${100 * forecasts.confidence}% intervals`,
  );
  console.log(`Prepared in ${((performance.now() - started) / 1000).toFixed(1)} s: ${folder}`);
  return prepared;
}

/** Prints an error that names what is wrong without its stack, a defect with it. */
export function reportFailure(error: unknown): void {
  console.error(error instanceof EmbedLLMError ? `\n${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) prepare(readArguments()).catch(reportFailure);
