import { trainDirect } from '@embedllm/trainer';
import type { TrainOptions } from '../commands/train.js';
import { quantity } from '../output/format-number.js';
import type { Context } from '../program/context.js';
import { openEngine } from './open-engine.js';
import type { Problem, Solution } from './solution.js';

/** Trains by the direct solver. */
export async function solveDirect(
  context: Context,
  { engine: kind, ridges, poolings, ranks }: TrainOptions,
  { train, validation }: Problem,
): Promise<Solution> {
  const engine = await openEngine(context, kind);
  const task = context.progress.start('Training');
  try {
    const training = await trainDirect({
      train,
      validation,
      ridges,
      poolings,
      ranks,
      engine,
      signal: context.signal,
      onProgress: ({ done, total, ridge, pooling }) =>
        task.update(done, total, `ridge ${ridge}, pooling ${pooling}`),
    });
    const { chosen, path } = training;
    const { ridge, pooling, rank, validationLogLoss } = chosen;
    const how =
      validationLogLoss === undefined
        ? 'Settings'
        : `Chosen on validation among ${quantity(path.length, 'strength')}`;
    const loss =
      validationLogLoss === undefined ? '' : ` (log loss ${validationLogLoss.toFixed(4)})`;
    return {
      model: training.model,
      record: training.record,
      engine: training.engine,
      seconds: training.seconds,
      chosen: { ...chosen },
      description: `${how}: ridge ${ridge}, pooling ${pooling}, rank ${rank}${loss}.`,
    };
  } finally {
    task.end();
    await engine.dispose();
  }
}
