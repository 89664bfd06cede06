import type { Artifact } from '@embedllm/core';
import type { Context } from '../program/context.js';

/** Repeats what makes the probabilities of an artifact meaningless, wherever they are shown. */
export function warnOfTraining(context: Context, { training }: Artifact): void {
  for (const { code, message } of training.warnings ?? []) {
    if (code === 'constant-labels') context.warn(message);
  }
}
