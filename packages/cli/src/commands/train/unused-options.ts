import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { TrainOptions } from './options.js';

const OWNERS: readonly [flag: string, key: keyof TrainOptions, solver: TrainOptions['solver']][] = [
  ['--engine', 'engine', 'direct'],
  ['--ridges', 'ridges', 'direct'],
  ['--poolings', 'poolings', 'direct'],
  ['--ranks', 'ranks', 'direct'],
  ['--categories', 'categories', 'direct'],
  ['--parts', 'parts', 'direct'],
  ['--backend', 'backend', 'adam'],
  ['--epochs', 'epochs', 'adam'],
  ['--learning-rate', 'learningRate', 'adam'],
  ['--latent-dimensions', 'latentDimensions', 'adam'],
  ['--form', 'form', 'adam'],
  ['--patience', 'patience', 'adam'],
  ['--checkpoint', 'checkpoint', 'adam'],
  ['--resume', 'resume', 'adam'],
];

/**
 * Says which options belong to the other solver and so do nothing.
 *
 * @throws UsageError on parts of a cluster that is not used.
 */
export function warnOfUnused(context: Context, options: TrainOptions): void {
  if (options.parts !== undefined && options.cluster === undefined) {
    throw new UsageError('--parts requires --cluster.');
  }
  if (options.cluster !== undefined && options.solver === 'adam') {
    context.warn('Workers only encode; --solver adam trains on this machine.');
  }
  for (const [flag, key, solver] of OWNERS) {
    if (options[key] !== undefined && options.solver !== solver) {
      context.warn(`${flag} has no effect without --solver ${solver}.`);
    }
  }
}

/** Says what cannot be done without validation questions. */
export function warnWithoutValidation(context: Context, options: TrainOptions): void {
  context.warn('There are no validation questions: settings are the defaults.');
  if (options.categories === 'auto') {
    context.warn('--categories auto chooses on validation questions, so only the text is used.');
  }
  if (options.calibrate !== undefined) {
    context.warn('--calibrate has no effect, because it needs validation questions.');
  }
  if (options.solver === 'adam' && options.patience !== undefined) {
    context.warn('--patience has no effect, because it needs validation questions.');
  }
}
