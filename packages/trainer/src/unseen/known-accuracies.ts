import { smoothedMeans } from '../baselines/model-means.js';
import type { CategorizedSet } from '../categories/categorized-set.js';

/** What is known of models without a text, as logits, length M each. */
export interface KnownAccuracies {
  /** Of the mean accuracies on the training questions. */
  readonly means: Float64Array;
  /** Of a question of a kind that training never saw: the same, as far from 0 as kinds differ. */
  readonly unseen: Float64Array;
}

/**
 * Accuracies on a kind of question that training never saw are not the mean accuracies: kinds are
 * easier or harder, for all models and for each. With logits that vary by τ² between categories, of
 * which there are K, the logit of a new one is that of the mean ± τ √(1 + 1/K), and the mean
 * probability over what it may be is that of the logit divided by √(1 + π τ² (1 + 1/K) / 8) (MacKay
 * 1992). τ² is the mean over models of the variance between their categories' logits, less what
 * the sampling of questions explains of it.
 */
export function knownAccuracies(
  train: Pick<CategorizedSet, 'correctness' | 'categories'>,
): KnownAccuracies {
  const means = Float64Array.from(smoothedMeans(train), logit);
  const { variance, kinds } = varianceBetweenKinds(train);
  const scale = kinds > 1 ? 1 / Math.sqrt(1 + (Math.PI / 8) * variance * (1 + 1 / kinds)) : 1;
  return { means, unseen: means.map((z) => scale * z) };
}

/** τ², and the number of categories K. */
function varianceBetweenKinds({
  correctness,
  categories,
}: Pick<CategorizedSet, 'correctness' | 'categories'>): { variance: number; kinds: number } {
  const M = correctness.modelCount;
  const kindOf = new Map([...new Set(categories)].map((name, kind) => [name, kind]));
  const correct = new Float64Array(kindOf.size * M);
  const answered = new Float64Array(kindOf.size * M);
  correctness.forEachLabel((question, model, label) => {
    const at = kindOf.get(categories[question] ?? '')! * M + model;
    correct[at] = correct[at]! + label;
    answered[at] = answered[at]! + 1;
  });
  let [sum, models] = [0, 0];
  for (let model = 0; model < M; model++) {
    const logits: number[] = [];
    let sampling = 0;
    for (let at = model; at < answered.length; at += M) {
      const n = answered[at]!;
      if (n === 0) continue;
      const p = (correct[at]! + 0.5) / (n + 1);
      logits.push(logit(p));
      sampling += 1 / ((n + 1) * p * (1 - p));
    }
    const k = logits.length;
    if (k < 2) continue;
    const mean = logits.reduce((total, z) => total + z, 0) / k;
    const spread = logits.reduce((total, z) => total + (z - mean) ** 2, 0) / (k - 1);
    sum += spread - sampling / k;
    models++;
  }
  return { variance: models === 0 ? 0 : Math.max(0, sum / models), kinds: kindOf.size };
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}
