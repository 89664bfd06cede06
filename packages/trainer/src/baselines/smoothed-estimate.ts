import type { AccuracyEstimate } from '@embedllm/core';

/**
 * The accuracy of an estimate as if a half were right of one answer more, so that it is not
 * exactly 0 or 1; 0 for a model without labels.
 */
export function smoothedEstimate(estimate: AccuracyEstimate | undefined): number {
  if (!estimate) return 0;
  const { accuracy, labels } = estimate;
  return (accuracy * labels + 0.5) / (labels + 1);
}
