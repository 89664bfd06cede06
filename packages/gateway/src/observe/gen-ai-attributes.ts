import type { Attributes } from '@opentelemetry/api';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { TokenUsage } from '../costs/token-usage.js';
import { isObject } from '../http/json-object.js';
import type { ModelRequest } from '../http/model-request.js';
import type { AnswerFacts } from '../upstream/answer-facts.js';
import { providerName } from './provider-name.js';

/** Parameters of a request that have an attribute of their own. */
const NUMBERS = {
  max_tokens: 'gen_ai.request.max_tokens',
  max_completion_tokens: 'gen_ai.request.max_tokens',
  max_output_tokens: 'gen_ai.request.max_tokens',
  temperature: 'gen_ai.request.temperature',
  top_p: 'gen_ai.request.top_p',
  top_k: 'gen_ai.request.top_k',
  frequency_penalty: 'gen_ai.request.frequency_penalty',
  presence_penalty: 'gen_ai.request.presence_penalty',
  seed: 'gen_ai.request.seed',
  dimensions: 'gen_ai.embeddings.dimension.count',
} as const;

/**
 * What a call of a model, under its name at the upstream, asks for, by the semantic conventions for generative AI (semantic-conventions 1.38 and
 * later, still experimental). Holds no text of the question.
 */
export function requestAttributes(
  { protocol, body }: Pick<ModelRequest, 'protocol' | 'body'>,
  model: string,
  { name, provider, baseURL }: UpstreamConfiguration,
): Attributes {
  const url = new URL(baseURL);
  const attributes: Attributes = {
    'gen_ai.operation.name': protocol.span,
    'gen_ai.provider.name': providerName(url.hostname, { provider, name }),
    'gen_ai.request.model': model,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    'embedllm.upstream': name,
  };
  for (const [field, name] of Object.entries(NUMBERS)) {
    const value = body[field];
    if (typeof value === 'number' && Number.isFinite(value)) attributes[name] = value;
  }
  if (body.stream === true) attributes['gen_ai.request.stream'] = true;
  if (typeof body.n === 'number' && body.n > 1) attributes['gen_ai.request.choice.count'] = body.n;
  const stops = typeof body.stop === 'string' ? [body.stop] : body.stop;
  if (Array.isArray(stops) && stops.every((stop) => typeof stop === 'string')) {
    attributes['gen_ai.request.stop_sequences'] = stops.slice(0, 16);
  }
  const format = isObject(body.response_format) ? body.response_format.type : undefined;
  if (typeof format === 'string') {
    attributes['gen_ai.output.type'] = format.startsWith('json') ? 'json' : 'text';
  }
  return attributes;
}

/** What an answer says of itself, and what its upstream counted. */
export function answerAttributes(
  { id, model, finishReasons }: AnswerFacts,
  usage: TokenUsage | undefined,
): Attributes {
  return {
    ...(id === undefined ? {} : { 'gen_ai.response.id': id }),
    ...(model === undefined ? {} : { 'gen_ai.response.model': model }),
    ...(usage && {
      'gen_ai.usage.input_tokens': usage.input,
      'gen_ai.usage.output_tokens': usage.output,
      'gen_ai.usage.cache_read.input_tokens': usage.cachedInput,
      'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite,
      'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
    }),
    ...(finishReasons.length === 0 ? {} : { 'gen_ai.response.finish_reasons': finishReasons }),
  };
}
