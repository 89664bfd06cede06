import { EmbedLLMError, Matrix, type Progress } from '@embedllm/core';
import { runInSlices } from '../schedule/run-in-slices.js';
import type { SparseMatrix } from '../sparse/sparse-matrix.js';
import type { PanelMatrix } from '../svd/panel-matrix.js';
import { randomizedSvd } from '../svd/randomized-svd.js';
import { checkTexts } from '../text/check-texts.js';
import { type FittedVocabulary, fitVocabulary } from '../text/fit-vocabulary.js';
import { inverseDocumentFrequencies, weighTerms } from '../text/term-weights.js';
import { createLsaEncoder, type LsaEncoder } from './lsa-encoder.js';
import type { LsaParameters } from './lsa-parameters.js';
import { checkOption, type LsaSettings } from './lsa-settings.js';

/** Options of `fitLsaEncoder`. */
export interface FitLsaOptions {
  /** The training questions. Leave out those that the model will be measured on. */
  readonly texts: readonly string[];
  /**
   * Length D of the vectors, 1 to 4096. Where the texts span fewer dimensions (as when there are
   * fewer texts than that), the encoder has as many as they span; see `LsaEncoder.dimensions`.
   *
   * @default 256
   */
  readonly dimensions?: number | undefined;
  /** Most words in a term, 1 to 5. @default 2 */
  readonly ngrams?: number | undefined;
  /** Texts that a term must occur in, 1 or more. @default 2 */
  readonly minDocumentFrequency?: number | undefined;
  /**
   * Most terms, 1 to 16,000,000: those in the most texts are kept. The stored encoder takes
   * 4 x terms x dimensions bytes, so 20 MB at most with the defaults.
   *
   * @default 20000
   */
  readonly maxTerms?: number | undefined;
  /** Extra random directions of the SVD, 0 to 4096; more make it more accurate. @default 24 */
  readonly oversampling?: number | undefined;
  /** Power iterations of the SVD, 1 to 100; more make it more accurate. @default 3 */
  readonly powerIterations?: number | undefined;
  /** Seed of the SVD's random directions, a 32-bit unsigned integer. @default 0 */
  readonly seed?: number | undefined;
  /** Stops the work; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called at every whole percent of every stage. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Fits an LSA encoder: TF-IDF of words, numbers and symbols and of their n-grams (sublinear term
 * frequency, smooth inverse document frequency, unit rows), then a randomized truncated SVD.
 *
 * The same texts, options and seed give the same encoder, bit for bit. With e distinct terms in
 * all texts together, N texts (or terms, if fewer) and l = dimensions + oversampling, the SVD
 * costs 4 e l (powerIterations + 1) + 2 N l² (powerIterations + 2) + 9 l³ FLOPs.
 *
 * @throws EmbedLLMError `invalid-argument` on an option out of range, a text that is not a string
 * or no texts; `invalid-data` when no term occurs in enough texts.
 *
 * @example
 * ```ts
 * const encoder = await fitLsaEncoder({ texts: trainingQuestions });
 * const vectors = await encoder.encode(['What is 2 + 2?']);
 * ```
 */
export async function fitLsaEncoder(options: FitLsaOptions): Promise<LsaEncoder> {
  const { texts, signal, onProgress } = options;
  checkTexts(texts);
  if (texts.length === 0) {
    throw new EmbedLLMError('Fitting an encoder needs at least one text.', {
      code: 'invalid-argument',
    });
  }
  const chosen = {
    requestedDimensions: checkOption('dimensions', options.dimensions ?? 256),
    ngrams: checkOption('ngrams', options.ngrams ?? 2),
    minDocumentFrequency: checkOption('minDocumentFrequency', options.minDocumentFrequency ?? 2),
    maxTerms: checkOption('maxTerms', options.maxTerms ?? 20_000),
    oversampling: checkOption('oversampling', options.oversampling ?? 24),
    powerIterations: checkOption('powerIterations', options.powerIterations ?? 3),
    seed: checkOption('seed', options.seed ?? 0),
  };
  const parameters = await runInSlices(fit(texts, chosen), {
    signal,
    onStep: onProgress && atWholePercents(onProgress),
  });
  return await createLsaEncoder(parameters);
}

type ChosenSettings = Omit<LsaSettings, 'formatVersion' | 'dimensions' | 'texts' | 'terms'>;

function* fit(
  texts: readonly string[],
  chosen: ChosenSettings,
): Generator<Progress, LsaParameters, void> {
  const found = yield* inPhase('terms', fitVocabulary(texts, chosen));
  const terms = found.documentFrequencies.length;
  if (terms === 0) {
    throw new EmbedLLMError(
      texts.some((text) => text.trim() !== '')
        ? `No word occurs in at least ${chosen.minDocumentFrequency} of the ${texts.length} texts. Pass more texts.`
        : `None of the ${texts.length} texts contains a word. Check that the questions have their texts.`,
      { code: 'invalid-data' },
    );
  }
  const weights = yield* inPhase('weights', weighAll(texts, found));
  const { singularValues, right } = yield* inPhase(
    'decomposition',
    randomizedSvd(weights, { ...chosen, rank: chosen.requestedDimensions }),
  );
  return {
    settings: {
      formatVersion: 1,
      ...chosen,
      dimensions: right.cols,
      texts: texts.length,
      terms,
    },
    vocabulary: found.vocabulary,
    documentFrequencies: found.documentFrequencies,
    components: toMatrix(right),
    singularValues: Float32Array.from(singularValues),
  };
}

/** Passes on a report when its phase or its whole percentage is new. */
function atWholePercents(report: (progress: Progress) => void): (step: Progress) => void {
  let last = '';
  return (step) => {
    const current = `${step.phase} ${Math.floor(step.done * 100)}`;
    if (current !== last) report(step);
    last = current;
  };
}

function* inPhase<T>(
  phase: string,
  work: Generator<number, T, void>,
): Generator<Progress, T, void> {
  for (;;) {
    const { done, value } = work.next();
    if (done) {
      yield { phase, done: 1, total: 1 };
      return value;
    }
    yield { phase, done: value, total: 1 };
  }
}

/** The TF-IDF matrix, [texts, terms]. A text without any kept term is a row without entries. */
function* weighAll(
  texts: readonly string[],
  { vocabulary, documentFrequencies }: FittedVocabulary,
): Generator<number, SparseMatrix, void> {
  const inverseFrequencies = inverseDocumentFrequencies(documentFrequencies, texts.length);
  // A term's document frequency is the number of entries in its column.
  let entries = 0;
  for (const frequency of documentFrequencies) entries += frequency;
  const rowStarts = new Int32Array(texts.length + 1);
  const columns = new Int32Array(entries);
  const values = new Float64Array(entries);
  let entry = 0;
  for (let row = 0; row < texts.length; row++) {
    const weighted = weighTerms(texts[row] as string, vocabulary, inverseFrequencies);
    columns.set(weighted.columns, entry);
    values.set(weighted.weights, entry);
    entry += weighted.columns.length;
    rowStarts[row + 1] = entry;
    yield (row + 1) / texts.length;
  }
  return { rows: texts.length, cols: documentFrequencies.length, rowStarts, columns, values };
}

function toMatrix(panels: PanelMatrix): Matrix {
  const matrix = new Matrix(panels.rows, panels.cols);
  for (let row = 0; row < panels.rows; row++) {
    for (let col = 0; col < panels.cols; col++) {
      matrix.data[row * panels.cols + col] = panels.at(row, col);
    }
  }
  return matrix;
}
