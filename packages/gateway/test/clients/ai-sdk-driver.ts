import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai';
import {
  APICallError,
  embedMany,
  generateText,
  jsonSchema,
  type LanguageModelUsage,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import {
  type Answered,
  type Ask,
  CITY_SCHEMA,
  type ClientDriver,
  type ClientOptions,
  weatherOf,
} from './client-driver.js';

/** The AI SDK with its provider for OpenAI. */
export function aiSdkDriver({ baseURL, apiKey }: ClientOptions): ClientDriver {
  const of = (other = apiKey): OpenAIProvider => createOpenAI({ baseURL, apiKey: other });
  const name = 'AI_APICallError';
  return {
    errors: { 400: name, 401: name, 402: name, 404: name, 429: name, 502: name },
    async chat(ask) {
      const cities: string[] = [];
      const result = await generateText({
        ...settingsOf(ask, cities),
        model: of(ask.apiKey).chat(ask.model),
        ...(ask.asObject && { output: Output.object({ schema: jsonSchema(CITY_SCHEMA) }) }),
      });
      const headers = new Headers(result.response.headers);
      const logprobs = result.providerMetadata?.openai?.logprobs;
      return {
        texts: [result.text],
        cities,
        ...(ask.asObject && { object: result.output }),
        ...usageOf(result.usage),
        logprob: Array.isArray(logprobs) ? logprobOf(logprobs[0]) : undefined,
        requestId: headers.get('x-request-id'),
        routedTo: headers.get('x-embedllm-model'),
      };
    },
    async stream(ask) {
      const cities: string[] = [];
      let failure: unknown;
      const result = streamText({
        ...settingsOf(ask, cities),
        model: of(ask.apiKey).chat(ask.model),
        onError: ({ error }) => {
          failure = error;
        },
      });
      const pieces: string[] = [];
      for await (const piece of result.textStream) pieces.push(piece);
      if (failure !== undefined) throw failure;
      return { texts: [pieces.join('')], pieces, cities, ...usageOf(await result.usage) };
    },
    embed: async (values) =>
      (await embedMany({ model: of().embedding('embedder'), values: [...values] })).embeddings,
    complete: async (prompt) =>
      (await generateText({ model: of().completion('generalist'), prompt })).text,
    raised(error) {
      if (APICallError.isInstance(error)) {
        return { name: error.name, message: error.message, status: error.statusCode };
      }
      // What comes within a stream is handed on as it is.
      const { message } = error as { message: string };
      return { name: 'Error', message };
    },
  };
}

function settingsOf(ask: Ask, cities: string[]) {
  const { prompt, system, attachment, stop, headers, maxRetries = 0, signal, timeoutMs } = ask;
  const mediaType = attachment?.kind === 'image' ? 'image/png' : 'audio/wav';
  const openai = {
    ...(ask.withLogprobs && { logprobs: 1 }),
    ...(ask.effort && { reasoningEffort: ask.effort }),
  };
  const weather = tool({
    description: 'The weather of a city.',
    inputSchema: jsonSchema<{ city: string }>(CITY_SCHEMA),
    execute: ({ city }) => {
      cities.push(city);
      return weatherOf(city);
    },
  });
  const content = attachment
    ? [
        { type: 'text' as const, text: prompt },
        { type: 'file' as const, data: attachment.data, mediaType },
      ]
    : prompt;
  return {
    messages: [{ role: 'user' as const, content }],
    maxRetries,
    providerOptions: { openai },
    stopWhen: stepCountIs(2),
    ...(system !== undefined && { system }),
    ...(stop !== undefined && { stopSequences: [stop] }),
    ...(headers && { headers: { ...headers } }),
    ...(signal && { abortSignal: signal }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(ask.withTool && { tools: { weather } }),
  };
}

function logprobOf(value: unknown): number | undefined {
  const { logprob } = value as { logprob?: number };
  return logprob;
}

function usageOf(usage: LanguageModelUsage): Partial<Answered> {
  return {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cachedTokens: usage.inputTokenDetails.cacheReadTokens,
    reasoningTokens: usage.outputTokenDetails.reasoningTokens,
  };
}
