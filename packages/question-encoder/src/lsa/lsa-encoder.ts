import {
  type EncodeOptions,
  Matrix,
  type SerializableEncoder,
  type SerializedEncoder,
} from '@embedllm/core';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { encodeEach } from '../schedule/encode-each.js';
import {
  countTerms,
  inverseDocumentFrequencies,
  type TermCounts,
  weighCounts,
} from '../text/term-weights.js';
import { LsaCoverage } from './coverage.js';
import { writeLsaFiles } from './lsa-files.js';
import type { LsaParameters } from './lsa-parameters.js';
import type { LsaSettings } from './lsa-settings.js';

/** `QuestionEncoder.id` of every LSA encoder. */
export const LSA_ID = 'lsa' as const;

/**
 * A projection shorter than this share of the text's own vector is rounding noise of the 32-bit
 * components; scaling it to unit length would make a random direction of it.
 */
const NOISE = 1e-6;

/**
 * Latent semantic analysis (Deerwester et al., 1990): a text's TF-IDF vector projected on the
 * leading singular vectors of the training texts and scaled to unit length. Two texts are close
 * when they share words, or words that occur together in the training texts.
 *
 * Made by `fitLsaEncoder` and `restoreLsaEncoder`; immutable.
 */
export interface LsaEncoder extends SerializableEncoder {
  readonly id: 'lsa';
  /** SHA-256 of the settings and the fitted parameters: equal fingerprints give equal vectors. */
  readonly fingerprint: string;
  /** How the encoder was fitted. */
  readonly settings: LsaSettings;
  /** From largest to smallest, length `dimensions`: how much each dimension explains. */
  readonly singularValues: Float32Array;
  /** The terms that the encoder knows, the words of an n-gram separated by one space. */
  readonly terms: readonly string[];
  /**
   * Encodes texts, at 2 x dimensions FLOPs for each distinct known term of a text.
   *
   * @returns shape [texts.length, dimensions], rows of unit length. A text without any known term
   * (an empty one, or one in a language that training never saw) gives a row of zeros.
   * @throws EmbedLLMError `invalid-argument` when a text is not a string; the signal's reason
   * after an abort.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
  /**
   * The share of each text's TF-IDF vector that the dimensions explain, at the cost of `encode`:
   * |P t| / |t|, where words that training never saw count with the weight of the rarest, and a
   * text lighter than half of the usual training text is measured against that half.
   *
   * @returns length `texts.length`, from 0 to 1; 0 where no term is known. About 0.4 to 0.8 for
   * questions like those of training.
   * @throws EmbedLLMError as `encode` does.
   */
  coverage(texts: readonly string[], options?: EncodeOptions): Promise<Float32Array>;
}

/** Makes an encoder of parameters that are consistent with each other. */
export async function createLsaEncoder(parameters: LsaParameters): Promise<LsaEncoder> {
  const fingerprint = await fingerprintEncoder(LSA_ID, serializeLsa(parameters));
  return new FittedLsaEncoder(parameters, fingerprint);
}

class FittedLsaEncoder implements LsaEncoder {
  readonly id = LSA_ID;
  readonly dimensions: number;
  readonly fingerprint: string;
  readonly settings: LsaSettings;
  readonly singularValues: Float32Array;
  readonly terms: readonly string[];
  readonly #parameters: LsaParameters;
  readonly #inverseFrequencies: Float64Array;
  #coverage: LsaCoverage | undefined;
  /** A router asks for the vector of a text, then for how much of it that covers. */
  #last: { readonly text: string; readonly counts: TermCounts } | undefined;

  constructor(parameters: LsaParameters, fingerprint: string) {
    const { settings, vocabulary, documentFrequencies, singularValues } = parameters;
    this.#parameters = parameters;
    this.#inverseFrequencies = inverseDocumentFrequencies(documentFrequencies, settings.texts);
    this.settings = settings;
    this.singularValues = singularValues;
    this.terms = vocabulary.terms;
    this.dimensions = settings.dimensions;
    this.fingerprint = fingerprint;
  }

  async encode(texts: readonly string[], options: EncodeOptions = {}): Promise<Matrix> {
    const sum = new Float64Array(this.dimensions);
    return await encodeEach(
      texts,
      options,
      () => new Matrix(texts.length, this.dimensions),
      (result, text, row) => this.#encodeInto(result.row(row), text, sum),
    );
  }

  async coverage(texts: readonly string[], options: EncodeOptions = {}): Promise<Float32Array> {
    return await encodeEach(
      texts,
      options,
      () => new Float32Array(texts.length),
      (shares, text, row) => {
        this.#coverage ??= new LsaCoverage(this.#parameters);
        shares[row] = this.#coverage.of(this.#read(text));
      },
    );
  }

  serialize(): SerializedEncoder {
    return serializeLsa(this.#parameters);
  }

  #read(text: string): TermCounts {
    if (this.#last?.text !== text) {
      this.#last = { text, counts: countTerms(text, this.#parameters.vocabulary) };
    }
    return this.#last.counts;
  }

  #encodeInto(target: Float32Array, text: string, sum: Float64Array): void {
    const { components } = this.#parameters;
    const { columns, weights } = weighCounts(this.#read(text).known, this.#inverseFrequencies);
    const width = this.dimensions;
    const data = components.data;
    sum.fill(0);
    for (let term = 0; term < columns.length; term++) {
      const weight = weights[term]!;
      let at = columns[term]! * width;
      for (let j = 0; j < width; j++, at++) {
        sum[j] = sum[j]! + weight * data[at]!;
      }
    }
    let square = 0;
    for (let j = 0; j < width; j++) square += sum[j]! ** 2;
    const norm = Math.sqrt(square);
    if (norm < NOISE) return;
    for (let j = 0; j < width; j++) target[j] = sum[j]! / norm;
  }
}

function serializeLsa(parameters: LsaParameters): SerializedEncoder {
  return { settings: { ...parameters.settings }, files: writeLsaFiles(parameters) };
}
