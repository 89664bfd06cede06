import { type Artifact, applySplit, evaluatePredictions, type Matrix } from '@embedllm/core';
import { fitFamiliarity } from '@embedllm/core/familiarity';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { encoderRecord, fitLsaEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { resolveEngine, trainDirect } from '@embedllm/trainer';
import type { Evaluation } from './load-evaluation.js';

/** An artifact as the page will read it, and the embeddings of all questions. */
export interface TrainedArtifact {
  readonly artifact: Artifact;
  /** Shape [Q, D]. */
  readonly embeddings: Matrix;
}

/** Fits the encoder on the training questions, trains, and saves both in one artifact. */
export async function trainArtifact(
  { dataset, split, name }: Evaluation,
  options: { folder: string; seed: number; terms: number },
): Promise<TrainedArtifact> {
  const { questions, correctness, models } = dataset;
  const prompts = questions.map(({ prompt }) => prompt);
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    seed: options.seed,
    maxTerms: options.terms,
  });
  const embeddings = await encoder.encode(prompts);
  const { train, validation, test } = applySplit({ embeddings, correctness }, split);
  const engine = await resolveEngine();
  const { model, record } = await trainDirect({ train, validation, engine });
  await engine.dispose();
  const coverage = await encoder.coverage(prompts);
  const coverageAt = (indices: readonly number[]): Float32Array =>
    Float32Array.from(indices, (index) => coverage[index] as number);
  const familiarity = fitFamiliarity({
    model,
    train: train.embeddings,
    categories: split.train.map((index) => questions[index]?.category ?? ''),
    heldOut: { ...validation, coverage: coverageAt(split.validation) },
    calibratedOn: 'validation',
  });
  const { probabilities } = new Router({ model, familiarity }).predict(test.embeddings, {
    coverage: coverageAt(split.test),
  });
  const metrics = evaluatePredictions(probabilities, test.correctness);
  await savePretrained(options.folder, {
    model,
    models,
    encoder: encoderRecord(encoder),
    training: record,
    metrics: {
      'test.accuracy': metrics.accuracy,
      'test.logLoss': metrics.logLoss,
      'test.routingAccuracy': metrics.routingAccuracy,
      ...(metrics.auroc === undefined ? {} : { 'test.auroc': metrics.auroc }),
    },
    familiarity: familiarity.record,
    modelCard: `# Router for the explorer\n\nTrained on ${name} by @embedllm/example-explorer.\n`,
  });
  return { artifact: await fromPretrained(options.folder), embeddings };
}
