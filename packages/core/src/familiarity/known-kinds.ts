import { isList, isNumber } from './is-list.js';

/**
 * Classifiers that tell the categories of training apart by text. The surer the surest of them is, the
 * more a question is like those of a category, whatever words it is made of.
 */
export interface KnownKinds {
  /** K rows of D numbers; the columns that an embedding has beyond them do not count. */
  readonly weights: readonly (readonly number[])[];
  /** Intercepts, length K. */
  readonly bias: readonly number[];
  /** Of the largest logit of held-out questions, evenly spaced from the least to the largest. */
  readonly quantiles: readonly number[];
  /** Of `togetherScore` of held-out questions. */
  readonly together: readonly number[];
}

/**
 * What the shares of held-out questions below say together. The text itself counts twice: classifiers are
 * as sure of some questions that are of none of their categories.
 */
export function togetherScore(byText: number, byKind: number): number {
  return 2 * byText + byKind;
}

/** The largest logit of the classifiers. */
export function surestLogit(
  { weights, bias }: Pick<KnownKinds, 'weights' | 'bias'>,
  embedding: Float32Array,
): number {
  let surest = Number.NEGATIVE_INFINITY;
  weights.forEach((row, k) => {
    let logit = bias[k]!;
    for (let j = 0; j < row.length; j++) logit += row[j]! * embedding[j]!;
    surest = Math.max(surest, logit);
  });
  return surest;
}

/** Whether a record read from a file holds classifiers of embeddings of this length. */
export function isKnownKinds(value: unknown, dimensions: number): value is KnownKinds {
  const given: Readonly<Record<string, unknown>> = { ...Object(value) };
  const { weights, bias, quantiles, together } = given;
  const isRow = (row: unknown): row is number[] =>
    isList(row, isNumber) && row.length <= dimensions;
  return (
    isList(weights, isRow) &&
    isList(bias, isNumber) &&
    bias.length === weights.length &&
    isQuantiles(quantiles) &&
    isQuantiles(together)
  );
}

/** Two numbers or more, ascending. */
export function isQuantiles(value: unknown): value is number[] {
  return (
    isList(value, isNumber) &&
    value.length > 1 &&
    value.every((x, k) => k === 0 || x >= value[k - 1]!)
  );
}

/** The share of the quantiles' questions whose score is less, from 0 to 1. */
export function shareBelow(quantiles: readonly number[], score: number): number {
  const last = quantiles.length - 1;
  const above = quantiles.findIndex((quantile) => quantile > score);
  if (above < 0) return 1;
  if (above === 0) return 0;
  const low = quantiles[above - 1]!;
  return (above - 1 + (score - low) / (quantiles[above]! - low)) / last;
}
