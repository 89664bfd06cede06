import { isList, isNumber } from './is-list.js';

/**
 * Logits of unfamiliar questions are mixed with what is known of the models without a text, as far as
 * `leaveCategoriesOut` of @embedllm/trainer found text to mislead on kinds of question that training
 * never saw. Text has the share `weight` at a familiarity of 0, rising evenly to all of it at `below`;
 * with a weight below 0 it has none until the line is above 0.
 */
export interface AccuracyFallback {
  /** Familiarity from which text alone decides, above 0, at most 1. */
  readonly below: number;
  /** At most 1. */
  readonly weight: number;
  /** Names of the models; predictions of others, which were added later, stay as they are. */
  readonly models: readonly string[];
  /**
   * Logits of their mean accuracies on the training questions, in the same order, nearer to 0 the
   * more accuracies differ between kinds of question.
   */
  readonly logits: readonly number[];
}

/** The share that text has at a familiarity, see `AccuracyFallback`. */
export function weightAt(
  familiarity: number,
  fallback?: Pick<AccuracyFallback, 'below' | 'weight'>,
): number {
  if (!fallback || familiarity >= fallback.below) return 1;
  return Math.max(0, fallback.weight + (1 - fallback.weight) * (familiarity / fallback.below));
}

/**
 * Mixes logits with those of the models' mean accuracies, in place.
 *
 * @param logits - Length M.
 * @param weight - Of the logits, from 0 to 1.
 * @param ofMean - The logit of a model's mean accuracy; where it is not known the logit stays.
 */
export function mixLogits(
  logits: Float32Array,
  weight: number,
  ofMean: (model: number) => number | undefined,
): void {
  if (weight === 1) return;
  for (let m = 0; m < logits.length; m++) {
    const mean = ofMean(m) ?? logits[m]!;
    logits[m] = mean + weight * (logits[m]! - mean);
  }
}

/** Logits of mean accuracies by the models' names. */
export function fallbackLogits(fallback: AccuracyFallback | undefined): Map<string, number> {
  return new Map(fallback?.models.map((name, index) => [name, fallback.logits[index]!]));
}

/** Whether a record read from a file holds a fallback. */
export function isFallback(value: unknown): value is AccuracyFallback {
  const { below, weight, models, logits }: Readonly<Record<string, unknown>> = { ...Object(value) };
  return (
    isNumber(below) &&
    below > 0 &&
    below <= 1 &&
    isNumber(weight) &&
    weight <= 1 &&
    isList(models, (name) => typeof name === 'string') &&
    isList(logits, isNumber) &&
    models.length === logits.length
  );
}
