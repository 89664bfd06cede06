import { tokenize } from './tokenize.js';
import type { Vocabulary } from './vocabulary.js';

/** The weighted terms of one text, by column. */
export interface WeightedTerms {
  readonly columns: readonly number[];
  /** Unit Euclidean length; empty where the text holds no known term. */
  readonly weights: readonly number[];
}

/**
 * Smoothed inverse document frequency, `ln((1 + N) / (1 + df)) + 1` (as in scikit-learn): always
 * positive, so that a term in every text still counts.
 */
export function inverseDocumentFrequencies(
  documentFrequencies: Int32Array,
  texts: number,
): Float64Array {
  return Float64Array.from(documentFrequencies, (df) => Math.log((1 + texts) / (1 + df)) + 1);
}

/** The weight of a term that occurs `count` times: `(1 + ln tf) idf`. */
export function termWeight(count: number, inverseFrequency: number): number {
  return (1 + Math.log(count)) * inverseFrequency;
}

/**
 * TF-IDF with sublinear term frequency, `(1 + ln tf) idf` (Manning, Raghavan and Schütze,
 * Introduction to Information Retrieval, 6.4.1), scaled to unit length.
 */
export function weighTerms(
  text: string,
  vocabulary: Vocabulary,
  inverseFrequencies: Float64Array,
): WeightedTerms {
  return weighCounts(countTerms(text, vocabulary).known, inverseFrequencies);
}

/** What a text is made of. */
export interface TermCounts {
  readonly tokens: readonly string[];
  /** How often each term of the vocabulary occurs, by column. */
  readonly known: ReadonlyMap<number, number>;
}

/** Reads a text, which takes longer than anything that is done with its terms. */
export function countTerms(text: string, vocabulary: Vocabulary): TermCounts {
  const tokens = tokenize(text);
  const known = new Map<number, number>();
  vocabulary.count(tokens, known);
  return { tokens, known };
}

/** As `weighTerms`, for a text that has been read. */
export function weighCounts(
  counts: ReadonlyMap<number, number>,
  inverseFrequencies: Float64Array,
): WeightedTerms {
  const columns: number[] = [];
  const weights: number[] = [];
  let square = 0;
  for (const [column, count] of counts) {
    const weight = termWeight(count, inverseFrequencies[column]!);
    columns.push(column);
    weights.push(weight);
    square += weight * weight;
  }
  const scale = 1 / Math.sqrt(square);
  for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! * scale;
  return { columns, weights };
}
