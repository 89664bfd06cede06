import type {
  LanguageModelV3,
  LanguageModelV3Prompt,
  LanguageModelV3StreamPart,
} from '@ai-sdk/provider';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { isObject, parseObject } from '../http/json-object.js';
import type { Protocol } from '../protocol/protocol.js';
import type { GatewayFetch } from '../upstream/gateway-fetch.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import type { Backend } from './backends.js';
import { addWarnings } from './completion-parts.js';
import { embeddingFetch } from './embedding-fetch.js';
import { createProvider, type ProviderModels } from './load-provider.js';
import { failureEvent, failureResponse, piecesOf } from './provider-failure.js';
import { translatedResponse } from './translated-response.js';
import type { Translation } from './translation.js';
import { TRANSLATIONS } from './translations.js';
import { UntranslatableError } from './untranslatable.js';
import { isVendor, VENDORS } from './vendors.js';

type PartReader = ReadableStreamDefaultReader<LanguageModelV3StreamPart>;

/** Headers that the vendor's package sets itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'content-type']);

/** How a protocol is translated at an upstream; `undefined` where it is not. */
export type TranslatingFetch = (protocol: Protocol) => GatewayFetch | undefined;

/**
 * Makes models look as if they spoke the protocol of the client: requests are translated for the AI SDK's
 * package of the backend, and its answers back, streamed or not. The header `x-embedllm-dropped` of an
 * answer names what of the request was left out.
 *
 * @param transport - How the package's own requests are made.
 */
export function providerFetch(
  upstream: UpstreamConfiguration,
  backend: Backend,
  transport: GatewayFetch,
): TranslatingFetch {
  let source: Promise<ProviderModels> | undefined;
  const models = async (): Promise<ProviderModels> => {
    source ??= createProvider(upstream, backend, transport);
    return await source.catch((cause: unknown) => {
      source = undefined;
      const message = cause instanceof Error ? cause.message : 'The package cannot be loaded.';
      throw new UpstreamFailure('broken', message, { isOutage: true, cause });
    });
  };
  return (protocol) => {
    if (protocol.operation === 'embeddings') {
      if (!isVendor(backend) || !VENDORS[backend].embeddings) return undefined;
      return embeddingFetch(backend, async (name) => (await models()).embedding(name));
    }
    const translation = TRANSLATIONS.get(protocol.name);
    return translation && translatedFetch({ protocol, translation, backend, models });
  };
}

interface TranslatedFetchOptions {
  readonly protocol: Protocol;
  readonly translation: Translation;
  readonly backend: Backend;
  readonly models: () => Promise<ProviderModels>;
}

function translatedFetch({
  protocol,
  translation,
  backend,
  models,
}: TranslatedFetchOptions): GatewayFetch {
  const sent = new Set([...OWN_HEADERS, ...Object.keys(protocol.passedHeaders)]);
  return async (_, { headers, body: text, signal }) => {
    const body = parseObject(text) ?? {};
    const name = String(body.model);
    const model = (await models()).chat(name);
    const terms = { protocol, requestId: headers['x-request-id'] ?? '' };
    try {
      const { options, dropped } = translation.toCall(body, backend);
      await checkUrls(model, options.prompt);
      const own = Object.entries(headers).filter(([header]) => !sent.has(header));
      const call = { ...options, headers: Object.fromEntries(own), abortSignal: signal };
      if (body.stream !== true) {
        const result = await model.doGenerate(call);
        addWarnings(dropped, result.warnings);
        const bytes = new TextEncoder().encode(JSON.stringify(translation.toAnswer(result, name)));
        return translatedResponse('application/json', dropped, piecesOf(bytes));
      }
      const { stream } = await model.doStream(call);
      const reader = stream.getReader();
      const first = await reader.read();
      if (first.value?.type === 'stream-start') addWarnings(dropped, first.value.warnings);
      const hasUsage = isObject(body.stream_options) && body.stream_options.include_usage === true;
      const events = translation.toEvents(partsOf(first, reader), {
        model: name,
        hasUsage,
        errorEvent: (error) => failureEvent(error, terms),
      });
      return translatedResponse('text/event-stream', dropped, encoded(events));
    } catch (error) {
      return failureResponse(error, terms);
    }
  };
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

/** Nothing is fetched on behalf of a client: a URL goes to vendors that fetch it themselves. */
async function checkUrls(model: LanguageModelV3, prompt: LanguageModelV3Prompt): Promise<void> {
  const supported = Object.entries(await model.supportedUrls);
  for (const [index, { content }] of prompt.entries()) {
    if (typeof content === 'string') continue;
    for (const part of content) {
      if (part.type !== 'file' || !(part.data instanceof URL)) continue;
      const { mediaType, data } = part;
      const isTaken = supported.some(
        ([pattern, urls]) => covers(pattern, mediaType) && urls.some((url) => url.test(data.href)),
      );
      if (isTaken) continue;
      throw new UntranslatableError(
        `messages[${index}]`,
        'has a URL, which this model does not support. Send the data itself as a data: URL.',
      );
    }
  }
}

function covers(pattern: string, mediaType: string): boolean {
  if (pattern === '*' || pattern === '*/*') return true;
  return pattern === mediaType || pattern.split('/')[0] === mediaType.split('/')[0];
}

async function* partsOf(
  first: Awaited<ReturnType<PartReader['read']>>,
  reader: PartReader,
): AsyncGenerator<LanguageModelV3StreamPart> {
  try {
    for (let next = first; !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
