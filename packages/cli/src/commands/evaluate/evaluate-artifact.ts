import {
  type Artifact,
  type CorrectnessMatrix,
  EmbedLLMError,
  evaluateByCategory,
  evaluatePredictions,
  type Matrix,
} from '@embedllm/core';
import { fromPretrained } from '@embedllm/core/node';
import { Router } from '@embedllm/router';
import { compareTrainingData } from '@embedllm/trainer';
import { coverageOf } from '../../inputs/coverage-of.js';
import { readQuestionEmbeddings } from '../../inputs/encode-dataset.js';
import { encodeTexts } from '../../inputs/encode-texts.js';
import { type OpenDataset, openDataset } from '../../inputs/open-dataset.js';
import { withPrices } from '../../inputs/price-list.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import { vectorsOf } from '../../inputs/vectors-of.js';
import { warnOfTraining } from '../../inputs/warn-of-training.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { measureRouting } from '../../routing/measure-routing.js';
import { routingScores } from '../../routing/routing-scores.js';
import { describeEvaluation } from './describe-evaluation.js';
import type { EvaluationSummary } from './evaluation-summary.js';
import { measureFlips } from './measure-flips.js';
import { assertChecks, checkMetrics } from './metric-check.js';
import type { EvaluateOptions } from './options.js';
import { routingCosts } from './routing-costs.js';
import { sharedModels } from './shared-models.js';

/** Measures an artifact on one part of a dataset. */
export async function evaluateArtifact(
  context: Context,
  options: EvaluateOptions,
): Promise<{ summary: EvaluationSummary; text: string }> {
  assertChecks(options.require ?? []);
  if (options.minQuestions !== undefined && options.require === undefined) {
    throw new UsageError('--min-questions requires --require.');
  }
  const path = context.path(options.artifact);
  const read = await fromPretrained(path, { signal: context.signal });
  const artifact = { ...read, models: await withPrices(context, read.models, options) };
  warnOfTraining(context, artifact);
  const dataset = await openDataset(context, options);
  const indices =
    options.split === 'all' ? [...dataset.questions.keys()] : dataset.split[options.split];
  const shared = sharedModels(dataset, artifact);
  const truth = shared.correctness.selectQuestions(indices);
  if (indices.length === 0 || truth.countObserved() === 0) {
    throw new EmbedLLMError(
      `${dataset.path}: None of the ${options.split} questions has a label.`,
      { code: 'invalid-data' },
    );
  }
  const { embeddings, trainingData } = await embed(context, options, {
    artifact,
    dataset,
    indices,
  });
  const router = Router.fromArtifact(artifact);
  const coverage = await coverageFor(artifact, dataset, indices);
  const predicted = router.predict(embeddings, {
    coverage,
    inputTokens: meanTokens(dataset, indices),
  });
  const probabilities = predicted.probabilities.selectColumns(shared.artifactColumns);
  const scores = routingScores({
    probabilities: predicted.probabilities,
    familiarity: router.familiarity(embeddings, { coverage }),
    guard: artifact.familiarity?.guard,
    best: router.models.findIndex(({ name }) => name === artifact.training.singleBest),
  }).selectColumns(shared.artifactColumns);
  const metrics = evaluatePredictions(probabilities, truth);
  const categoriesOf = (questions: readonly number[]): string[] =>
    questions.map((index) => dataset.categories[index] as string);
  const categories = options.byCategory
    ? [...evaluateByCategory(probabilities, truth, categoriesOf(indices))].map(
        ([category, figures]) => ({ category, ...figures }),
      )
    : [];
  const { train } = dataset.split;
  const routing = await measureRouting({
    train: shared.correctness.selectQuestions(train),
    trainCategories: categoriesOf(train),
    truth,
    categories: categoriesOf(indices),
    scores,
  });
  const summary: EvaluationSummary = {
    artifact: path,
    data: dataset.path,
    split: options.split === 'all' ? 'all questions' : `${options.split} (${dataset.splitName})`,
    questions: indices.length,
    metrics,
    routing,
    costs: routingCosts({
      truth,
      probabilities,
      costsUsd: predicted.costsUsd.selectColumns(shared.artifactColumns),
      singleBest: routing.singleBest?.name,
    }),
    flips:
      options.typingErrors === undefined
        ? undefined
        : await measureFlips(context, {
            ...{ artifact, dataset, indices, seed: options.seed, share: options.typingErrors },
            encoder: await restoreArtifactEncoder(context, artifact.encoder, options),
            probabilities: predicted.probabilities,
          }),
    categories,
    trainingData,
    unmeasuredModels: shared.unmeasured,
    checks: checkMetrics(
      options.require ?? [],
      { ...metrics, gapClosed: routing.gapClosed },
      { questions: countLabelled(truth), minQuestions: options.minQuestions },
    ),
  };
  warnOf(context, summary);
  return { summary, text: describeEvaluation(summary) };
}

/** Tokens of a usual question, of four characters each. */
function meanTokens({ questions }: OpenDataset, indices: readonly number[]): number {
  const characters = indices.reduce(
    (sum, index) => sum + (questions[index]?.prompt.length ?? 0),
    0,
  );
  return characters / indices.length / 4;
}

/** What a router would know of the texts besides their vectors. */
function coverageFor(
  { encoder, familiarity }: Artifact,
  { questions }: OpenDataset,
  indices: readonly number[],
): Promise<Float32Array | undefined> | undefined {
  if (!familiarity?.coverage) return undefined;
  return coverageOf(
    encoder,
    indices.flatMap((index) => questions[index] ?? []),
  );
}

function warnOf(context: Context, { trainingData, unmeasuredModels }: EvaluationSummary): void {
  if (unmeasuredModels.length > 0) {
    context.warn(
      `Not in the dataset, and not measured: ${unmeasuredModels.map((name) => JSON.stringify(name)).join(', ')}.`,
    );
  }
  if (trainingData === 'differs') {
    context.warn(
      'The artifact was not trained on the training part of this split. If it was trained on the questions evaluated here, the figures are too optimistic.',
    );
  }
}

/** The vectors of the measured questions, and whether those of the training questions are known. */
async function embed(
  context: Context,
  options: EvaluateOptions,
  of: {
    readonly artifact: Artifact;
    readonly dataset: OpenDataset;
    readonly indices: readonly number[];
  },
): Promise<{ embeddings: Matrix; trainingData: EvaluationSummary['trainingData'] }> {
  const { artifact, dataset, indices } = of;
  const { train } = dataset.split;
  const isHeldOut = options.split === 'test' || options.split === 'validation';
  const withCheck = async (embeddings: Matrix) => ({
    embeddings: embeddings.selectRows(indices),
    trainingData: await compareTrainingData({ artifact, dataset, embeddings, train }),
  });
  if (options.embeddings !== undefined) {
    const read = await readQuestionEmbeddings(
      context.path(options.embeddings),
      dataset,
      context.signal,
    );
    const embeddings = await vectorsOf(artifact.encoder, read, options.embeddings);
    if (isHeldOut) return withCheck(embeddings);
    return { embeddings: embeddings.selectRows(indices), trainingData: 'unknown' };
  }
  const encoder = await restoreArtifactEncoder(context, artifact.encoder, options);
  Router.fromArtifact(artifact, { encoder });
  const encode = (which: readonly number[]): Promise<Matrix> =>
    encodeTexts(
      context,
      encoder,
      which.map((index) => dataset.questions[index]?.prompt ?? ''),
      { cache: false },
    );
  const isQuick = /^(categories:)?(lsa|hashing)$/.test(encoder.id);
  if (isHeldOut && isQuick) return withCheck(await encode([...dataset.questions.keys()]));
  return { embeddings: await encode(indices), trainingData: 'unknown' };
}

/** Questions with at least one label: the others say nothing. */
function countLabelled(truth: CorrectnessMatrix): number {
  return truth.questions.filter((_, question) =>
    truth.models.some((_, model) => truth.get(question, model) !== undefined),
  ).length;
}
