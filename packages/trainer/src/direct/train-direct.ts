import type { FactorizationModel, TrainingRecord } from '@embedllm/core';
import { resolveEngine } from '../engines/resolve-engine.js';
import { measureCurvature } from './curvature.js';
import { checkSettings, type TrainDirectOptions } from './direct-settings.js';
import { assertEveryModelLabelled, assertLabelledSet } from './labelled-set.js';
import { toFactorizationModel } from './low-rank.js';
import { type PathPoint, walkPath } from './ridge-path.js';
import { trainingSource } from './training-source.js';

/** A trained model and how it came about. */
export interface DirectTraining {
  readonly model: FactorizationModel;
  /** The chosen point of the path. */
  readonly chosen: PathPoint;
  readonly path: readonly PathPoint[];
  /** For the artifact. */
  readonly record: TrainingRecord;
  /** Name of the engine that ran. */
  readonly engine: string;
  /** Wall time of the solving, data in memory to model, in seconds. */
  readonly seconds: number;
}

/**
 * Trains the EmbedLLM model directly: ridge logistic regressions of all models at once, pooled,
 * with the rank reduced by the singular value decomposition in the metric of the curvature.
 * Strength, pooling and rank are chosen on validation questions, along one warm-started path
 * that factors the Gram matrix once. The same input and engine give the same bits.
 *
 * @throws EmbedLLMError `shape-mismatch` when sets do not fit together, `invalid-argument` on
 * settings out of range, `invalid-data` when a model has no training label, `not-finite` on bad
 * embeddings; the signal's reason when aborted.
 * @example
 * const { model, chosen } = await trainDirect({ train, validation });
 */
export async function trainDirect(options: TrainDirectOptions): Promise<DirectTraining> {
  const { validation, signal } = options;
  const source = trainingSource(options.train);
  const { models } = source;
  if (validation) assertLabelledSet(validation, 'validation', source);
  const settings = checkSettings(options, models.length);
  const engine = options.engine ?? (await resolveEngine());
  try {
    const start = performance.now();
    const shards = source.openShards(engine, options.tileRows);
    assertEveryModelLabelled(models, (model) =>
      shards.some(({ labelCounts }) => labelCounts[model] !== 0),
    );
    const curvature = await measureCurvature({
      ...{ shards, engine, signal },
      concurrency: settings.concurrency,
    });
    const { chosen, path } = await walkPath(shards, curvature, engine, settings, options);
    const model = toFactorizationModel({
      models,
      factors: chosen.factors,
      intercepts: chosen.solution.intercepts,
      rank: chosen.point.rank,
      questionMean: curvature.mean,
    });
    const seconds = (performance.now() - start) / 1000;
    const { ridge, pooling, rank } = chosen.point;
    return {
      model,
      chosen: chosen.point,
      path,
      engine: engine.name,
      seconds,
      record: {
        solver: 'direct',
        settings: {
          ridge,
          ...(settings.ridgeUnit !== undefined && { ridgeUnit: settings.ridgeUnit }),
          pooling,
          rank,
          interceptRidge: settings.interceptRidge,
        },
        ...(await source.describe(curvature.questions)),
      },
    };
  } finally {
    if (!options.engine) await engine.dispose();
  }
}
