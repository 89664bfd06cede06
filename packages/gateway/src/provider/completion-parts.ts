import type {
  LanguageModelV3File,
  LanguageModelV3FinishReason,
  LanguageModelV3Usage,
  SharedV3Warning,
} from '@ai-sdk/provider';
import { isObject } from '../http/json-object.js';

const FINISHED: Readonly<Record<LanguageModelV3FinishReason['unified'], string>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
  error: 'error',
  other: 'stop',
};

/** Why an answer ended, in terms of the OpenAI protocol. */
export function finishReason({ unified }: LanguageModelV3FinishReason): string {
  return FINISHED[unified];
}

/** What was counted, in terms of the OpenAI protocol; tokens that a cache took in are named too. */
export function usageOf({ inputTokens, outputTokens, raw }: LanguageModelV3Usage): object {
  const { total: input = 0, cacheRead = 0, cacheWrite = 0 } = inputTokens;
  const { total: output = 0, reasoning = 0 } = outputTokens;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: cacheRead,
      ...(cacheWrite > 0 ? { cache_write_tokens: cacheWrite } : {}),
    },
    completion_tokens_details: { reasoning_tokens: reasoning },
    // How long each token is kept, as Anthropic names it: they cost more for an hour.
    ...(isObject(raw?.cache_creation) ? { cache_creation: raw.cache_creation } : {}),
  };
}

/** An image that the model made, as gateways add it to messages of this protocol. */
export function imageOf({ mediaType, data }: LanguageModelV3File): object {
  const text = typeof data === 'string' ? data : base64(data);
  const url = /^https?:/.test(text) ? text : `data:${mediaType};base64,${text}`;
  return { type: 'image_url', image_url: { url } };
}

/** Adds what the vendor's package says that it left out. */
export function addWarnings(dropped: Set<string>, warnings: readonly SharedV3Warning[]): void {
  for (const warning of warnings) {
    if (warning.type === 'unsupported') dropped.add(fieldOf(warning.feature));
  }
}

/** A setting of the AI SDK by its name in the OpenAI protocol. */
function fieldOf(feature: string): string {
  if (feature === 'maxOutputTokens') return 'max_tokens';
  if (feature === 'stopSequences') return 'stop';
  return feature.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
