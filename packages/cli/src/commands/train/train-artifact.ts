import {
  type CorrectnessMatrix,
  EmbedLLMError,
  evaluatePredictions,
  type Matrix,
  type PredictionMetrics,
  singleBest,
} from '@embedllm/core';
import {
  familiarLogits,
  fitFamiliarity,
  type RoutingGuard,
  restoreFamiliarity,
} from '@embedllm/core/familiarity';
import { savePretrained } from '@embedllm/core/node';
import { categoryEncoderRecord } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import { coverageOf } from '../../inputs/coverage-of.js';
import { datasetPart } from '../../inputs/dataset-part.js';
import { embedDataset } from '../../inputs/encode-dataset.js';
import { labelledModels } from '../../inputs/labelled-models.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { openEngine } from '../../inputs/open-engine.js';
import { withPrices } from '../../inputs/price-list.js';
import { assertArtifactPlace } from '../../output/output-place.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { routingScores } from '../../routing/routing-scores.js';
import { calibrateBy } from './calibrate-by.js';
import { baselineMetrics, describeTraining, flatten } from './describe-training.js';
import {
  type BaselineStudy,
  measureBaselines,
  type TrainingBaselines,
} from './measure-baselines.js';
import type { TrainOptions } from './options.js';
import { checkpointPath, solveAdam } from './solve-adam.js';
import { solveDirect } from './solve-direct.js';
import { studyUnseen } from './study-unseen.js';
import type { TrainSummary } from './train-summary.js';
import { trainingWarnings } from './training-warnings.js';
import { unseenMetrics } from './unseen-metrics.js';
import { warnOfUnused, warnWithoutValidation } from './unused-options.js';

/** Trains on a dataset and saves the artifact. */
export async function trainArtifact(
  context: Context,
  options: TrainOptions,
): Promise<{ summary: TrainSummary; text: string }> {
  const output = context.path(options.output);
  const isThere = await assertArtifactPlace(output);
  if (options.resume === true) {
    const checkpoint = checkpointPath(context, options, output);
    context.resumeHint = `${checkpoint} is unchanged; run the same command again to resume.`;
  }
  warnOfUnused(context, options);
  const read = await openDataset(context, options);
  const opened = { ...read, models: await withPrices(context, read.models, options) };
  const { dataset, unlabelled } = labelledModels(opened, opened.split.train);
  if (unlabelled.length > 0) {
    context.warn(
      `Left out, because they have no labels on the training questions: ${unlabelled.join(', ')}. Add them later with add-model.`,
    );
  }
  const { embeddings, encoder: textEncoder } = await embedDataset(context, dataset, options);
  const isForeign = textEncoder.id === 'external';
  const isAsked = options.categories === 'always' || options.categories === 'auto';
  if (isAsked && options.solver === 'direct' && isForeign) {
    throw new UsageError(
      '--categories needs vectors with a known encoder: from `embedllm encode`, or none.',
    );
  }
  const train = datasetPart(dataset, embeddings, 'train');
  const hasValidation = dataset.split.validation.length > 0;
  const validation = hasValidation ? datasetPart(dataset, embeddings, 'validation') : undefined;
  if (!validation) warnWithoutValidation(context, options);
  const solve = options.solver === 'adam' ? solveAdam : solveDirect;
  const isTextAlone = isForeign || options.cluster !== undefined;
  const categories = options.categories ?? (isTextAlone ? 'never' : 'auto');
  const solution = await solve(context, { ...options, categories }, { train, validation, output });

  const { model, record, indicators, kinds } = solution;
  // Measured as they will be used: texts alone, their categories inferred.
  const vectors = indicators ? indicators.append(embeddings) : embeddings;
  const encoder = indicators ? await categoryEncoderRecord(textEncoder, indicators) : textEncoder;
  const coverage = await coverageOf(textEncoder, dataset.questions);
  const coverageAt = (indices: readonly number[]): Float32Array | undefined =>
    coverage && Float32Array.from(indices, (index) => coverage[index]!);
  const heldOut = dataset.split[hasValidation ? 'validation' : 'train'];
  const plainFamiliarity = fitFamiliarity({
    ...{ model, kinds },
    train: vectors.selectRows(dataset.split.train),
    categories: train.categories,
    heldOut: {
      embeddings: vectors.selectRows(heldOut),
      correctness: (validation ?? train).correctness,
      coverage: coverageAt(heldOut),
    },
    calibratedOn: hasValidation ? 'validation' : 'training',
  });
  const held = validation && {
    embeddings: vectors.selectRows(dataset.split.validation),
    coverage: coverageAt(dataset.split.validation),
  };
  const best = bestOf(train.correctness);
  const unseen = await studyUnseen(context, options, {
    ...{ train, solution, encoder: textEncoder },
    texts: dataset.split.train.map((index) => dataset.questions[index]?.prompt ?? ''),
    validation:
      held && best !== undefined && validation.correctness.countObserved() > 0
        ? {
            ...familiarLogits({ model, familiarity: plainFamiliarity, ...held }),
            correctness: validation.correctness,
            best: model.models.indexOf(best),
          }
        : undefined,
  });
  const familiarity = unseen
    ? restoreFamiliarity({
        ...plainFamiliarity.record,
        guard: unseen.guard,
        ...(unseen.fallback && { fallback: unseen.fallback }),
      })
    : plainFamiliarity;
  const calibration =
    options.calibrate !== undefined && held
      ? calibrateBy(options.calibrate, {
          logits: familiarLogits({ model, familiarity, ...held }).logits,
          correctness: validation.correctness,
        })
      : undefined;
  const router = new Router({ model, calibration, familiarity });
  const measure = (part: 'validation' | 'test'): PredictionMetrics | undefined => {
    const indices = dataset.split[part];
    const truth = dataset.correctness.selectQuestions(indices);
    if (indices.length === 0 || truth.countObserved() === 0) return undefined;
    const predicted = router.predict(vectors.selectRows(indices), {
      coverage: coverageAt(indices),
    });
    return evaluatePredictions(predicted.probabilities, truth);
  };
  const metrics = withoutGaps({ validation: measure('validation'), test: measure('test') });
  const baselines =
    held && metrics.validation
      ? await baselinesOf(context, options, {
          ...{ train, validation },
          ...guardedRouting(router, held, unseen?.guard, best),
        })
      : undefined;
  const warnings = trainingWarnings({
    questions: dataset.questions,
    models: dataset.models,
    train,
    validation: metrics.validation && validation,
    calibrate: calibration?.record.method,
    lessModelMeans: baselines?.logLossLessModelMeans,
  });
  for (const { message } of warnings) context.warn(message);
  await savePretrained(
    output,
    {
      model,
      models: dataset.models,
      encoder,
      training: { ...record, singleBest: best, warnings },
      metrics: { ...flatten(metrics), ...baselineMetrics(baselines), ...unseenMetrics(unseen) },
      calibration: calibration?.record,
      familiarity: familiarity.record,
    },
    { signal: context.signal },
  );
  if (isThere) context.note(`Replaced the artifact in ${output}.`);
  await solution.finish?.();
  const { id, fingerprint, dimensions } = encoder;
  const summary: TrainSummary = {
    output,
    solver: record.solver,
    engine: solution.engine,
    seconds: solution.seconds,
    chosen: solution.chosen,
    encoder: { id, fingerprint, dimensions },
    training: record,
    calibration:
      options.calibrate && validation ? (calibration?.record.method ?? 'none') : undefined,
    metrics,
    questions: { validation: dataset.split.validation.length, test: dataset.split.test.length },
    baselines,
    unseen,
    warnings,
  };
  return { summary, text: describeTraining(summary, solution, dataset.splitName) };
}

/** The single best model on the training questions; none where there are too few answers. */
function bestOf(correctness: CorrectnessMatrix): string | undefined {
  try {
    return correctness.models[singleBest(correctness).model];
  } catch (error) {
    if (error instanceof EmbedLLMError && error.code === 'invalid-data') return undefined;
    throw error;
  }
}

/** Probabilities of held-out questions, and the scores that a router chooses by. */
function guardedRouting(
  router: Router,
  held: { readonly embeddings: Matrix; readonly coverage: Float32Array | undefined },
  guard: RoutingGuard | undefined,
  best: string | undefined,
): Pick<BaselineStudy, 'probabilities' | 'scores'> {
  const { probabilities } = router.predict(held.embeddings, held);
  const familiarity = router.familiarity(held.embeddings, held);
  const position = router.models.findIndex(({ name }) => name === best);
  return {
    probabilities,
    scores: routingScores({ probabilities, familiarity, guard, best: position }),
  };
}

/** Measures baselines with the engine that the direct solver would take. */
async function baselinesOf(
  context: Context,
  { engine: kind, seed }: TrainOptions,
  study: Pick<BaselineStudy, 'train' | 'validation' | 'probabilities' | 'scores'>,
): Promise<TrainingBaselines> {
  const engine = await openEngine(context, kind);
  const task = context.progress.start('Measuring baselines');
  try {
    return await measureBaselines({ ...study, engine, seed, signal: context.signal });
  } finally {
    task.end();
    await engine.dispose();
  }
}

function withoutGaps(metrics: {
  validation: PredictionMetrics | undefined;
  test: PredictionMetrics | undefined;
}): TrainSummary['metrics'] {
  const { validation, test } = metrics;
  return { ...(validation && { validation }), ...(test && { test }) };
}
