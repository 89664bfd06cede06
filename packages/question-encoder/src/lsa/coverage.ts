import { inverseDocumentFrequencies, type TermCounts, termWeight } from '../text/term-weights.js';
import type { LsaParameters } from './lsa-parameters.js';

/**
 * A text lighter than this share of the usual training text is measured against that share: a
 * lone "." or "hi" is not a question that was understood, however well its one word is known.
 */
const LEAST_SHARE = 0.5;

/** How much of a text an LSA encoder explains, made once for its parameters. */
export class LsaCoverage {
  readonly #parameters: LsaParameters;
  readonly #inverseFrequencies: Float64Array;
  readonly #unknownWeight: number;
  readonly #leastSquare: number;

  constructor(parameters: LsaParameters) {
    const { documentFrequencies, settings } = parameters;
    this.#parameters = parameters;
    this.#inverseFrequencies = inverseDocumentFrequencies(documentFrequencies, settings.texts);
    this.#unknownWeight = Math.log(1 + settings.texts) + 1;
    // Mean squared weight of a training text, each of its terms counted once.
    const square = documentFrequencies.reduce(
      (sum, df, term) => sum + df * this.#inverseFrequencies[term]! ** 2,
      0,
    );
    this.#leastSquare = (LEAST_SHARE ** 2 * square) / settings.texts;
  }

  /**
   * |P t| / |t| for the TF-IDF vector t of the text, with the words that training never saw at the
   * weight of the rarest, and its projection P t on the singular vectors. From 0 to 1.
   */
  of({ tokens, known }: TermCounts): number {
    const { vocabulary, components, settings } = this.#parameters;
    const unknown = new Map<string, number>();
    for (const token of tokens) {
      if (!vocabulary.hasWord(token)) unknown.set(token, (unknown.get(token) ?? 0) + 1);
    }
    let square = 0;
    for (const count of unknown.values()) square += termWeight(count, this.#unknownWeight) ** 2;
    const width = settings.dimensions;
    const projection = new Float64Array(width);
    for (const [column, count] of known) {
      const weight = termWeight(count, this.#inverseFrequencies[column]!);
      square += weight ** 2;
      let at = column * width;
      for (let j = 0; j < width; j++, at++) {
        projection[j] = projection[j]! + weight * components.data[at]!;
      }
    }
    if (square === 0) return 0;
    const explained = projection.reduce((sum, value) => sum + value ** 2, 0);
    return Math.min(1, Math.sqrt(explained / Math.max(square, this.#leastSquare)));
  }
}
