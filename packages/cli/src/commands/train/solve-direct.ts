import { quantity } from '@embedllm/internals';
import {
  type CategoryTraining,
  type DirectTraining,
  type TrainWithCategoriesOptions,
  trainDirect,
  trainWithCategories,
} from '@embedllm/trainer';
import { openEngine } from '../../inputs/open-engine.js';
import type { Context } from '../../program/context.js';
import type { TrainOptions } from './options.js';
import type { Problem, Solution } from './solution.js';

/** Trains by the direct solver. */
export async function solveDirect(
  context: Context,
  { engine: kind, ridges, poolings, ranks, categories }: TrainOptions,
  { train, validation }: Problem,
): Promise<Solution> {
  const engine = await openEngine(context, kind);
  const task = context.progress.start('Training');
  try {
    const settings: TrainWithCategoriesOptions = {
      train,
      validation,
      ridges,
      poolings,
      ranks,
      engine,
      signal: context.signal,
      onProgress: task.onProgress,
    };
    const training: DirectTraining & Partial<CategoryTraining> = categories
      ? await trainWithCategories(settings)
      : await trainDirect(settings);
    const { chosen, path, indicators } = training;
    const { ridge, pooling, rank, validationLogLoss } = chosen;
    const how =
      validationLogLoss === undefined
        ? 'Settings'
        : `Chosen on validation among ${quantity(path.length, 'strength')}`;
    const known = indicators ? ', categories known' : '';
    const loss =
      validationLogLoss === undefined ? '' : ` (log loss ${validationLogLoss.toFixed(4)}${known})`;
    const among = indicators ? ` It knows ${indicators.categories.length} categories.` : '';
    return {
      model: training.model,
      indicators,
      record: training.record,
      engine: training.engine,
      seconds: training.seconds,
      chosen: { ...chosen },
      description: `${how}: ridge ${ridge}, pooling ${pooling}, rank ${rank}${loss}.${among}`,
    };
  } finally {
    task.end();
    await engine.dispose();
  }
}
