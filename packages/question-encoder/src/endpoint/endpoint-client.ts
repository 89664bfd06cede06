import { type EncodeOptions, Matrix } from '@embedllm/core';
import { checkTexts } from '../text/check-texts.js';
import type { RequestPlan } from './endpoint-options.js';
import { DIMENSIONS_RANGE, type EndpointSettings } from './endpoint-settings.js';
import { readReply } from './read-reply.js';
import { requestText } from './request-text.js';
import { batchTexts } from './text-batches.js';

/** Settings that a client needs; `dimensions` is undefined until it is known. */
export type EndpointModel = Omit<EndpointSettings, 'formatVersion' | 'dimensions'> & {
  readonly dimensions: number | undefined;
};

/** Bytes of a reply next to its vectors. */
const ENVELOPE_BYTES = 1_000_000;
/** Bytes of one number, written out with all its digits, sign, exponent, separator and spaces. */
const NUMBER_BYTES = 40;

/** Encodes texts at an endpoint, batch by batch, several at once. */
export class EndpointClient {
  // Private to the object, so that printing an encoder does not print the key.
  readonly #plan: RequestPlan;
  readonly #model: EndpointModel;

  constructor(model: EndpointModel, plan: RequestPlan) {
    this.#model = model;
    this.#plan = plan;
  }

  /** The length of the endpoint's vectors, found by encoding one word. */
  async findDimensions(signal: AbortSignal | undefined): Promise<number> {
    const never = new AbortController().signal;
    const [vector] = await this.#request([`${this.#model.prefix}a`], signal ?? never);
    return vector?.length ?? 0;
  }

  async encode(
    texts: readonly string[],
    dimensions: number,
    { signal, onProgress }: EncodeOptions,
  ): Promise<Matrix> {
    checkTexts(texts);
    signal?.throwIfAborted();
    const result = new Matrix(texts.length, dimensions);
    const prefixed = texts.map((text) => this.#model.prefix + text);
    // Servers refuse empty texts; they keep their row of zeros.
    const indices = [...prefixed.keys()].filter((index) => prefixed[index] !== '');
    let done = texts.length - indices.length;
    if (done > 0) onProgress?.({ phase: 'encode', done, total: texts.length, unit: 'texts' });

    const batches = batchTexts(prefixed, indices, this.#plan).values();
    // The first failure stops the other requests in flight.
    const failure = new AbortController();
    const stop = (): void => failure.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    const work = async (): Promise<void> => {
      for (const batch of batches) {
        failure.signal.throwIfAborted();
        const vectors = await this.#request(
          batch.map((index) => prefixed[index] as string),
          failure.signal,
        );
        batch.forEach((index, i) => {
          result.row(index).set(vectors[i] as Float32Array);
        });
        failure.signal.throwIfAborted();
        done += batch.length;
        onProgress?.({ phase: 'encode', done, total: texts.length, unit: 'texts' });
      }
    };
    const workers = Array.from({ length: this.#plan.concurrency }, () =>
      work().catch((error: unknown) => {
        failure.abort(error);
      }),
    );
    try {
      await Promise.all(workers);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    signal?.throwIfAborted();
    failure.signal.throwIfAborted();
    return result;
  }

  async #request(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const { baseURL, model, dimensions, requestDimensions } = this.#model;
    const url = `${baseURL}/embeddings`;
    const body = JSON.stringify({
      model,
      input: texts,
      encoding_format: this.#plan.encodingFormat,
      ...(requestDimensions && { dimensions }),
    });
    const width = dimensions ?? DIMENSIONS_RANGE.max;
    const reply = await requestText(
      { url, body, signal, maxReplyBytes: ENVELOPE_BYTES + texts.length * width * NUMBER_BYTES },
      this.#plan,
    );
    return readReply(reply, { source: url, count: texts.length, dimensions });
  }
}
