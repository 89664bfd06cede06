import { mean } from '@embedllm/internals';
import type { Matrix } from '../matrix/matrix.js';

/**
 * Rows by category, each category to count alike; all rows as one category where there are none.
 *
 * @param categories - Length `rows`.
 */
export function groupRows(rows: number, categories?: readonly string[]): readonly number[][] {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const category = categories?.[row] ?? '';
    const group = groups.get(category);
    if (group) group.push(row);
    else groups.set(category, [row]);
  }
  return [...groups.values()];
}

/**
 * The variance τ² of a model's logit over kinds of questions, averaged over models: what is not
 * known of a logit when nothing is known of the question (by the law of total variance, the prior
 * variance of the logit is this and the posterior variance, which is small).
 *
 * Of K categories of equal weight it is the variance W within them and the variance B between
 * their means (divided by K - 1, so that it is unbiased), and the mean of K means is itself off by
 * B / K: W + B (1 + 1 / K) for a category that training never saw.
 *
 * @param logits - Of training questions, shape [Q, M].
 * @param groups - From `groupRows`.
 */
export function logitVariance(logits: Matrix, groups: readonly number[][]): number {
  const K = groups.length;
  const M = logits.cols;
  let variance = 0;
  for (let model = 0; model < M; model++) {
    const means = groups.map((rows) => mean(rows.map((row) => logits.at(row, model))));
    const overall = mean(means);
    groups.forEach((rows, k) => {
      const own = means[k]!;
      variance += mean(rows.map((row) => (logits.at(row, model) - own) ** 2)) / (K * M);
      if (K > 1) variance += ((own - overall) ** 2 * (1 + 1 / K)) / ((K - 1) * M);
    });
  }
  return variance;
}
