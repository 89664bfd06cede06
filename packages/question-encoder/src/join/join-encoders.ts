import {
  EmbedLLMError,
  type EncodeOptions,
  Matrix,
  type QuestionEncoder,
  type SerializableEncoder,
} from '@embedllm/core';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { checkTexts } from '../text/check-texts.js';
import { JOIN_PREFIX, writeJoinFiles } from './join-files.js';

/** Options of `joinEncoders`. */
export interface JoinOptions {
  /**
   * How much each encoder counts, as many as encoders, all above 0. Only their ratios matter.
   *
   * @default all the same
   */
  readonly weights?: readonly number[] | undefined;
}

/**
 * Encoders side by side: a text's vector is those of all of them, one behind the other, each times
 * its weight.
 *
 * Made by `joinEncoders` and `restoreJoinedEncoder`; immutable.
 */
export interface JoinedEncoder extends SerializableEncoder {
  /** Covers the weights and the fingerprints of all encoders. */
  readonly fingerprint: string;
  /** In the order of their components. */
  readonly encoders: readonly QuestionEncoder[];
  /** One for each encoder, scaled so that their squares add up to 1. */
  readonly weights: readonly number[];
  /**
   * Encodes texts by one encoder after the other.
   *
   * @returns shape [texts.length, dimensions], where dimensions are those of all encoders together;
   * unit rows where those of all encoders are.
   * @throws EmbedLLMError `invalid-argument` when a text is not a string, and what the encoders
   * throw; the signal's reason after an abort.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
}

/**
 * Joins encoders that know different things, such as `lsa`, which knows the words of the training
 * questions, and a `static` table, which knows those that training never saw. The whole is an
 * encoder like any other: it can be cached, given categories, and travels in an artifact as far as
 * its parts do.
 *
 * @throws EmbedLLMError `invalid-argument` with fewer than two encoders, or weights that do not fit.
 *
 * @example
 * ```ts
 * const lsa = await fitLsaEncoder({ texts });
 * const joined = await joinEncoders([lsa, createHashingEncoder({ dimensions: 128 })], {
 *   weights: [2, 1],
 * });
 * const vectors = await joined.encode(['What is 2 + 2?']);
 * ```
 */
export async function joinEncoders(
  encoders: readonly QuestionEncoder[],
  options: JoinOptions = {},
): Promise<JoinedEncoder> {
  const weights = checkWeights(encoders, options.weights);
  const id = `${JOIN_PREFIX}${encoders.map((encoder) => encoder.id).join('+')}`;
  const serialized = writeJoinFiles(encoders, weights);
  const fingerprint = await fingerprintEncoder(id, serialized);
  const dimensions = encoders.reduce((sum, encoder) => sum + encoder.dimensions, 0);
  const joined = {
    id,
    dimensions,
    fingerprint,
    encoders: [...encoders],
    weights,
    encode: (texts: readonly string[], encodeOptions?: EncodeOptions) =>
      encodeJoined(joined, texts, encodeOptions),
    serialize: () => serialized,
  };
  if (encoders.every((encoder) => !encoder.coverage)) return joined;
  return {
    ...joined,
    coverage: (texts, encodeOptions) => joinedCoverage(joined, texts, encodeOptions),
  };
}

function checkWeights(
  encoders: readonly QuestionEncoder[],
  given: readonly number[] | undefined,
): readonly number[] {
  const refuse = (message: string): never => {
    throw new EmbedLLMError(message, { code: 'invalid-argument' });
  };
  if (encoders.length < 2) {
    refuse(`Joining needs at least two encoders, but there are ${encoders.length}.`);
  }
  const weights = given ?? encoders.map(() => 1);
  if (weights.length !== encoders.length) {
    refuse(
      `\`weights\` must have ${encoders.length} numbers, one per encoder, but has ${weights.length}.`,
    );
  }
  const wrong = weights.findIndex((weight) => !(Number.isFinite(weight) && weight > 0));
  if (wrong >= 0) {
    refuse(`\`weights\` must be above 0, but number ${wrong} is ${String(weights[wrong])}.`);
  }
  const norm = Math.hypot(...weights);
  // Weights that come from a record keep their bits, and with these the fingerprint.
  return Math.abs(norm - 1) < 1e-12 ? [...weights] : weights.map((weight) => weight / norm);
}

type Parts = Pick<JoinedEncoder, 'dimensions' | 'encoders' | 'weights'>;

async function encodeJoined(
  { dimensions, encoders, weights }: Parts,
  texts: readonly string[],
  { signal, onProgress }: EncodeOptions = {},
): Promise<Matrix> {
  checkTexts(texts);
  signal?.throwIfAborted();
  const result = new Matrix(texts.length, dimensions);
  const report = sharedProgress(encoders.length, texts.length, onProgress);
  let start = 0;
  for (const [index, encoder] of encoders.entries()) {
    const vectors = await encoder.encode(texts, {
      signal,
      onProgress: ({ done }) => report(index, done),
    });
    if (vectors.rows !== texts.length || vectors.cols !== encoder.dimensions) {
      throw new EmbedLLMError(
        `The encoder ${encoder.id} returned vectors of shape [${vectors.rows}, ${vectors.cols}], but [${texts.length}, ${encoder.dimensions}] was expected.`,
        { code: 'shape-mismatch' },
      );
    }
    const weight = weights[index] ?? 1;
    for (let row = 0; row < texts.length; row++) {
      const target = result.row(row);
      vectors.row(row).forEach((value, j) => {
        target[start + j] = weight * value;
      });
    }
    report(index, texts.length);
    start += encoder.dimensions;
  }
  return result;
}

/** Progress of all encoders as one: a text counts as done in as many parts as there are encoders. */
function sharedProgress(
  encoders: number,
  total: number,
  onProgress: EncodeOptions['onProgress'],
): (encoder: number, done: number) => void {
  let last = -1;
  return (encoder, done) => {
    const shared = Math.floor((encoder * total + Math.min(done, total)) / encoders);
    if (!onProgress || shared <= last || total === 0) return;
    last = shared;
    onProgress({ phase: 'encode', done: shared, total, unit: 'texts' });
  };
}

/** The mean over the encoders that can tell, each counting with the square of its weight. */
async function joinedCoverage(
  { encoders, weights }: Parts,
  texts: readonly string[],
  options?: EncodeOptions,
): Promise<Float32Array> {
  const sums = new Float64Array(texts.length);
  let total = 0;
  for (const [index, encoder] of encoders.entries()) {
    const shares = await encoder.coverage?.(texts, options);
    if (!shares) continue;
    const square = (weights[index] ?? 1) ** 2;
    total += square;
    shares.forEach((share, row) => {
      sums[row] = sums[row]! + square * share;
    });
  }
  return Float32Array.from(sums, (sum) => sum / total);
}
