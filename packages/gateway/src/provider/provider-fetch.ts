import type {
  LanguageModelV3,
  LanguageModelV3Prompt,
  LanguageModelV3StreamPart,
} from '@ai-sdk/provider';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { isObject, parseObject } from '../http/json-object.js';
import type { GatewayFetch, GatewayFetchResponse } from '../upstream/gateway-fetch.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import { addWarnings } from './completion-parts.js';
import { createProvider, type ModelSource } from './load-provider.js';
import { failureResponse, piecesOf } from './provider-failure.js';
import { toCallOptions } from './to-call-options.js';
import { toChunks } from './to-chunks.js';
import { toCompletion } from './to-completion.js';
import { UntranslatableError } from './untranslatable.js';
import type { Vendor } from './vendors.js';

type PartReader = ReadableStreamDefaultReader<LanguageModelV3StreamPart>;

/** Headers that the vendor's package sets itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'content-type']);

/**
 * Makes a vendor's models look like an upstream of the OpenAI protocol: requests are translated for
 * the AI SDK's package of the vendor, and its answers back, streamed or not. The header
 * `x-embedllm-dropped` of an answer names what of the request was left out.
 *
 * @param transport - How the package's own requests are made.
 */
export function providerFetch(
  upstream: UpstreamConfiguration,
  vendor: Vendor,
  transport: GatewayFetch,
): GatewayFetch {
  let source: Promise<ModelSource> | undefined;
  return async (_, { headers, body: text, signal }) => {
    source ??= createProvider(upstream, vendor, transport);
    const modelOf = await source.catch((cause: unknown) => {
      source = undefined;
      const message = cause instanceof Error ? cause.message : 'The package cannot be loaded.';
      throw new UpstreamFailure('broken', message, { isOutage: true, cause });
    });
    const body = parseObject(text) ?? {};
    const name = String(body.model);
    const model = modelOf(name);
    try {
      const { options, dropped } = toCallOptions(body, vendor);
      await checkUrls(model, options.prompt);
      const own = Object.entries(headers).filter(([header]) => !OWN_HEADERS.has(header));
      const call = { ...options, headers: Object.fromEntries(own), abortSignal: signal };
      if (body.stream !== true) {
        const result = await model.doGenerate(call);
        addWarnings(dropped, result.warnings);
        const bytes = new TextEncoder().encode(JSON.stringify(toCompletion(result, name)));
        return respond('application/json', dropped, piecesOf(bytes));
      }
      const { stream } = await model.doStream(call);
      const reader = stream.getReader();
      const first = await reader.read();
      if (first.value?.type === 'stream-start') addWarnings(dropped, first.value.warnings);
      const hasUsage = isObject(body.stream_options) && body.stream_options.include_usage === true;
      const chunks = toChunks(partsOf(first, reader), { model: name, hasUsage });
      return respond('text/event-stream', dropped, chunks);
    } catch (error) {
      return failureResponse(error);
    }
  };
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

function respond(
  type: string,
  dropped: ReadonlySet<string>,
  body: AsyncIterable<Uint8Array>,
): GatewayFetchResponse {
  const names = [...dropped].map((name) => name.replace(/[^\x21-\x7e]|,/g, encodeURIComponent));
  return {
    status: 200,
    headers: new Map([
      ['content-type', type],
      ...(names.length === 0 ? [] : [['x-embedllm-dropped', names.join(', ')] as const]),
    ]),
    body,
  };
}
