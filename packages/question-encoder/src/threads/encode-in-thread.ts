import {
  EmbedLLMError,
  type EncodeOptions,
  Matrix,
  type QuestionEncoder,
  type SerializableEncoder,
} from '@embedllm/core';
import { encoderRecord } from '../record/encoder-record.js';
import { checkTexts } from '../text/check-texts.js';
import { EncoderThread, ThreadEnded } from './encoder-thread.js';

/** Options of `encodeInThread`. */
export interface EncodeInThreadOptions {
  /**
   * Texts of fewer characters, all of a call together, are encoded by the caller's own thread: that
   * is faster than asking another one.
   *
   * @default 2048
   */
  readonly minCharacters?: number | undefined;
  /** How long the thread stays without work, in milliseconds. @default 60000 */
  readonly idleMs?: number | undefined;
}

/** Encoders that a thread can restore from their record alone. */
const PART = '(?:lsa|hashing|static:[^+]+)';
const RESTORABLE = new RegExp(`^(?:categories:)?(?:${PART}|join:${PART}(?:\\+${PART})+)$`);

/**
 * Whether `encodeInThread` takes an encoder: `lsa`, `hashing` and `static`, joined or not, do their
 * work in the thread that calls them. Others run a model in threads of its own, or ask an endpoint.
 */
export function canEncodeInThread(encoder: QuestionEncoder): encoder is SerializableEncoder {
  return RESTORABLE.test(encoder.id) && 'serialize' in encoder;
}

/**
 * Encodes long texts in a thread, so that a server answers others meanwhile. The vectors are those
 * of the encoder, bit for bit. The thread holds a copy of it, begins with the first long text, and
 * ends when it has no work; until it is ready, and should it fail, texts are encoded here. Node only.
 *
 * @param encoder - `lsa`, `hashing` or `static`, or these joined, with or without categories.
 * @returns an encoder of the same identity.
 * @throws EmbedLLMError `invalid-argument` on another encoder.
 *
 * @example
 * ```ts
 * import { encodeInThread } from '@embedllm/question-encoder/node';
 *
 * const threaded = encodeInThread(await fitLsaEncoder({ texts }), { minCharacters: 10_000 });
 * const vectors = await threaded.encode(texts);
 * ```
 */
export function encodeInThread(
  encoder: QuestionEncoder,
  { minCharacters = 2048, idleMs = 60_000 }: EncodeInThreadOptions = {},
): QuestionEncoder {
  const { id, dimensions, fingerprint } = encoder;
  if (!canEncodeInThread(encoder)) {
    throw new EmbedLLMError(
      `The encoder ${JSON.stringify(id)} cannot be copied to a thread. Supported: lsa, hashing and static, also joined, with or without categories.`,
      { code: 'invalid-argument' },
    );
  }
  let thread: EncoderThread | undefined;

  /** What the thread gives, or `undefined` where it is not to be asked, or ended. */
  async function ask(
    what: 'encode' | 'coverage',
    texts: readonly string[],
    { signal }: EncodeOptions,
  ): Promise<Float32Array | undefined> {
    checkTexts(texts);
    let characters = 0;
    for (const text of texts) characters += text.length;
    if (characters < minCharacters) return undefined;
    thread ??= new EncoderThread(encoderRecord(encoder), idleMs);
    if (!thread.isReady) return undefined;
    try {
      return await thread.ask(what, texts, signal);
    } catch (error) {
      if (error instanceof ThreadEnded) return undefined;
      throw error;
    }
  }

  return {
    id,
    dimensions,
    fingerprint,
    async encode(texts, options = {}) {
      const data = await ask('encode', texts, options);
      if (!data) return await encoder.encode(texts, options);
      const { onProgress } = options;
      onProgress?.({ phase: 'encode', done: texts.length, total: texts.length, unit: 'texts' });
      return new Matrix(texts.length, dimensions, data);
    },
    ...(encoder.coverage && {
      async coverage(texts: readonly string[], options: EncodeOptions = {}) {
        const shares = await ask('coverage', texts, options);
        return shares ?? (await encoder.coverage?.(texts, options)) ?? new Float32Array();
      },
    }),
  };
}
