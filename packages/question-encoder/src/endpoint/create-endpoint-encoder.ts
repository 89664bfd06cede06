import {
  EmbedLLMError,
  type EncodeOptions,
  type Matrix,
  type SerializableEncoder,
} from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { fingerprintEncoder } from '../record/fingerprint.js';
import { EndpointClient, type EndpointModel } from './endpoint-client.js';
import { type EndpointEncoderOptions, planRequests } from './endpoint-options.js';
import {
  checkBaseURL,
  DIMENSIONS_RANGE,
  type EndpointSettings,
  endpointId,
  serializeEndpoint,
} from './endpoint-settings.js';

/** Encodes texts at an embeddings endpoint in OpenAI's form. */
export interface EndpointEncoder extends SerializableEncoder {
  /**
   * Covers address, model name, dimensions and prefix, but not the model that the endpoint serves
   * under that name.
   */
  readonly fingerprint: string;
  /** What an artifact keeps; no key or header is among it. */
  readonly settings: EndpointSettings;
  /**
   * Encodes texts by requests of at most `batchSize` texts, `concurrency` at once.
   *
   * @returns shape [texts.length, dimensions], as the endpoint gives them. An empty text (with an
   * empty prefix) gives a row of zeros and is not sent.
   * @throws EmbedLLMError `io` when the endpoint cannot be reached, refuses or keeps failing;
   * `invalid-data`, `shape-mismatch` or `not-finite` when its reply is not what was asked for;
   * `invalid-argument` when a text is not a string; the signal's reason after an abort.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
}

/**
 * Makes an encoder of a model behind an API in the form of OpenAI's `POST /embeddings`, as OpenAI,
 * vLLM, text-embeddings-inference, Ollama, llama.cpp and many others serve it. Uses `fetch` alone.
 *
 * Wrap it in `withCache`, so that no text is paid for twice.
 *
 * @throws EmbedLLMError `invalid-argument` on an option out of range; where `dimensions` is left
 * out, what `encode` throws.
 *
 * @example
 * ```ts
 * const encoder = await createEndpointEncoder({
 *   baseURL: 'https://api.openai.com/v1',
 *   model: 'text-embedding-3-small',
 *   apiKeyEnv: 'OPENAI_API_KEY',
 * });
 * const vectors = await encoder.encode(['What is 2 + 2?']); // [1, 1536]
 * ```
 */
export async function createEndpointEncoder(
  options: EndpointEncoderOptions,
): Promise<EndpointEncoder> {
  const { model, requestDimensions = false, prefix = '', signal } = options;
  signal?.throwIfAborted();
  if (typeof model !== 'string' || model === '') {
    throw new EmbedLLMError('`model` must be the name of a model.', { code: 'invalid-argument' });
  }
  if (requestDimensions && options.dimensions === undefined) {
    throw new EmbedLLMError('`requestDimensions` needs `dimensions`.', {
      code: 'invalid-argument',
    });
  }
  const plan = planRequests(options);
  const wanted: EndpointModel = {
    baseURL: checkBaseURL(options.baseURL),
    model,
    requestDimensions,
    prefix,
    dimensions: checkInteger('dimensions', options.dimensions, {
      ...DIMENSIONS_RANGE,
      optional: true,
    }),
  };
  const settings: EndpointSettings = {
    formatVersion: 1,
    ...wanted,
    dimensions:
      wanted.dimensions ?? (await new EndpointClient(wanted, plan).findDimensions(signal)),
  };
  return await assembleEndpoint(settings, new EndpointClient(settings, plan));
}

/** The encoder that a client and the settings of its model make. */
export async function assembleEndpoint(
  settings: EndpointSettings,
  client: EndpointClient,
): Promise<EndpointEncoder> {
  const { dimensions } = settings;
  const id = endpointId(settings.model);
  return {
    id,
    dimensions,
    fingerprint: await fingerprintEncoder(id, serializeEndpoint(settings)),
    settings,
    encode: (texts: readonly string[], encodeOptions: EncodeOptions = {}) =>
      client.encode(texts, dimensions, encodeOptions),
    serialize: () => serializeEndpoint(settings),
  };
}
