import type { EmbeddingModelV3CallOptions } from '@ai-sdk/provider';
import { parseObject } from '../http/json-object.js';
import { EMBEDDINGS } from '../protocol/openai.js';
import type { GatewayFetch } from '../upstream/gateway-fetch.js';
import { addWarnings } from './completion-parts.js';
import type { EmbeddingModel } from './load-provider.js';
import { failureResponse, piecesOf } from './provider-failure.js';
import { translatedResponse } from './translated-response.js';
import { UntranslatableError } from './untranslatable.js';
import { VENDORS, type Vendor } from './vendors.js';

type Body = Readonly<Record<string, unknown>>;

const TRANSLATED: ReadonlySet<string> = new Set([
  'model',
  'input',
  'dimensions',
  'encoding_format',
]);

/**
 * Makes a vendor's embedding models look as if they spoke the OpenAI protocol. Texts beyond what the vendor
 * takes at once are sent in calls one after another.
 */
export function embeddingFetch(
  vendor: Vendor,
  modelOf: (model: string) => Promise<EmbeddingModel>,
): GatewayFetch {
  return async (_, { headers, body: text, signal }) => {
    const body = parseObject(text) ?? {};
    const name = String(body.model);
    const model = await modelOf(name);
    try {
      const dropped = new Set(Object.keys(body).filter((field) => !TRANSLATED.has(field)));
      const providerOptions = optionsOf(body, vendor);
      const values = textsOf(body);
      const most = (await model.maxEmbeddingsPerCall) ?? values.length;
      const embeddings: number[][] = [];
      let tokens: number | undefined = 0;
      for (let at = 0; at < values.length; at += most) {
        const result = await model.doEmbed({
          values: values.slice(at, at + most),
          abortSignal: signal,
          headers: { 'x-request-id': headers['x-request-id'] ?? '' },
          ...(providerOptions && { providerOptions }),
        });
        for (const embedding of result.embeddings) embeddings.push(embedding);
        tokens = result.usage && tokens !== undefined ? tokens + result.usage.tokens : undefined;
        addWarnings(dropped, result.warnings);
      }
      const answer = {
        object: 'list',
        data: embeddings.map((embedding, index) => ({
          object: 'embedding',
          index,
          embedding: body.encoding_format === 'base64' ? base64(embedding) : embedding,
        })),
        model: name,
        // Where the vendor does not count, the gateway estimates.
        ...(tokens === undefined ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
      };
      const bytes = new TextEncoder().encode(JSON.stringify(answer));
      return translatedResponse('application/json', dropped, piecesOf(bytes));
    } catch (error) {
      const requestId = headers['x-request-id'] ?? '';
      return failureResponse(error, { protocol: EMBEDDINGS, requestId });
    }
  };
}

/** @throws UntranslatableError on tokens, which are those of another model. */
function textsOf({ input }: Body): string[] {
  const texts: readonly unknown[] = Array.isArray(input) ? input : [input];
  return texts.map((text, index) => {
    if (typeof text === 'string') return text;
    throw new UntranslatableError(
      Array.isArray(input) ? `input[${index}]` : 'input',
      'must be a string: this model uses its own tokens.',
    );
  });
}

/** @throws UntranslatableError on `dimensions` where the vendor takes none. */
function optionsOf(
  { dimensions }: Body,
  vendor: Vendor,
): EmbeddingModelV3CallOptions['providerOptions'] {
  if (typeof dimensions !== 'number') return undefined;
  const name = VENDORS[vendor].embeddings?.dimensions;
  if (name !== undefined) return { [vendor]: { [name]: dimensions } };
  throw new UntranslatableError('dimensions', 'is not supported by this model.');
}

/** Numbers of 32 bits, the lowest byte first, as the OpenAI protocol has them. */
function base64(embedding: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(4 * embedding.length));
  for (const [index, value] of embedding.entries()) view.setFloat32(4 * index, value, true);
  let binary = '';
  for (const byte of new Uint8Array(view.buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
