import type { Progress } from '@embedllm/core';
import type { AdamProgress } from './adam-settings.js';

/** The figures of a training, and its progress in epochs. */
export function adamProgress(figures: Omit<AdamProgress, keyof Progress>): AdamProgress {
  const { epoch, epochs, step, steps, loss, validationLogLoss } = figures;
  const validation =
    validationLogLoss === undefined ? '' : `, validation ${validationLogLoss.toFixed(4)}`;
  return {
    ...{ phase: 'train', done: epoch - 1 + step / steps, total: epochs, unit: 'epochs' },
    detail: `epoch ${epoch} of ${epochs}, loss ${loss.toFixed(4)}${validation}`,
    ...figures,
  };
}
