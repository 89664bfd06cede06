import { duration, quantity } from '@embedllm/internals';
import {
  type CategoryTraining,
  type ChosenCategories,
  chooseCategories,
  type DirectTraining,
  type TrainWithCategoriesOptions,
  trainDirect,
  trainWithCategories,
} from '@embedllm/trainer';
import { openEngine } from '../../inputs/open-engine.js';
import type { Context } from '../../program/context.js';
import type { TrainOptions } from './options.js';
import type { Problem, Solution } from './solution.js';
import type { ClusterSet } from './train-on-cluster.js';

/** Trains by the direct solver. */
export async function solveDirect(
  context: Context,
  options: TrainOptions,
  { train, validation }: Problem,
): Promise<Solution> {
  const { engine: kind, ridges, poolings, ranks, categories } = options;
  let onCluster: ClusterSet | undefined;
  let isDone = false;
  const engine = await openEngine(context, kind);
  const task = context.progress.start('Training');
  try {
    if (options.cluster !== undefined) {
      const { trainOnCluster } = await import('./train-on-cluster.js');
      onCluster = await trainOnCluster(context, options, train);
    }
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
    const choice =
      categories === 'auto' && validation
        ? await chooseCategories({ ...settings, validation })
        : undefined;
    const training: DirectTraining & Partial<CategoryTraining> =
      choice?.training ??
      (categories === 'always'
        ? await trainWithCategories(settings)
        : await trainDirect({ ...settings, train: onCluster?.train ?? train }));
    isDone = true;
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
      kinds: choice?.kinds ?? indicators,
      record: training.record,
      engine: training.engine,
      seconds: choice?.seconds ?? training.seconds,
      chosen: { ...chosen, ...(choice && { categories: choice.tried }) },
      description: [
        ...(choice ? [describeCategories(choice)] : []),
        `${how}: ridge ${ridge}, pooling ${pooling}, rank ${rank}${loss}.${among}`,
      ].join('\n'),
    };
  } finally {
    task.end();
    await onCluster?.close(isDone);
    await engine.dispose();
  }
}

/** What `--categories auto` chose, and why. */
function describeCategories({ training, tried, seconds }: ChosenCategories): string {
  const strength = training.record.settings.categoryStrength;
  const used =
    typeof strength === 'number' ? `Uses categories, strength ${strength}` : 'Uses only the text';
  if (tried.length === 1) return `${used}: the training questions have only one category.`;
  const losses = tried.map(({ strength: of, validationLogLoss, knownLogLoss }) =>
    of === undefined
      ? `text alone ${validationLogLoss.toFixed(4)}`
      : `strength ${of} ${validationLogLoss.toFixed(4)} (${knownLogLoss?.toFixed(4)} known)`,
  );
  return `${used}: chosen by log loss on validation with categories inferred from texts, in ${duration(seconds)}: ${losses.join(', ')}.`;
}
