import OpenAI from 'openai';
import {
  type Answered,
  type Ask,
  CITY_SCHEMA,
  type ClientDriver,
  type ClientOptions,
  weatherOf,
} from './client-driver.js';

type Message = OpenAI.ChatCompletionMessageParam;

/** The official client for JavaScript. */
export function openAiDriver({ baseURL, apiKey }: ClientOptions): ClientDriver {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const of = ({ apiKey: other }: Ask): OpenAI => client.withOptions({ apiKey: other ?? apiKey });
  return {
    errors: {
      400: 'BadRequestError',
      401: 'AuthenticationError',
      402: 'APIError',
      404: 'NotFoundError',
      429: 'RateLimitError',
      502: 'InternalServerError',
    },
    async chat(ask) {
      const messages = messagesOf(ask);
      const create = async () =>
        await of(ask)
          .chat.completions.create({ ...paramsOf(ask), messages }, optionsOf(ask))
          .withResponse();
      const first = await create();
      const calls = first.data.choices[0]?.message.tool_calls ?? [];
      const cities = answerCalls(messages, calls);
      const { data, response, request_id } = calls.length > 0 ? await create() : first;
      const [choice] = data.choices;
      return {
        texts: data.choices.map(({ message }) => message.content ?? ''),
        cities,
        ...(ask.asObject && { object: JSON.parse(choice?.message.content ?? '') }),
        ...usageOf(data.usage),
        logprob: choice?.logprobs?.content?.[0]?.logprob,
        requestId: request_id,
        routedTo: response.headers.get('x-embedllm-model'),
      };
    },
    async stream(ask) {
      const messages = messagesOf(ask);
      const run = async () => {
        const stream = of(ask).chat.completions.stream(
          { ...paramsOf(ask), messages, stream_options: { include_usage: true } },
          optionsOf(ask),
        );
        const pieces: string[] = [];
        stream.on('content', (piece) => pieces.push(piece));
        return { answer: await stream.finalChatCompletion(), pieces };
      };
      const first = await run();
      const calls = first.answer.choices[0]?.message.tool_calls ?? [];
      const cities = answerCalls(messages, calls);
      const { answer, pieces } = calls.length > 0 ? await run() : first;
      const text = answer.choices[0]?.message.content ?? '';
      return { texts: [text], pieces, cities, ...usageOf(answer.usage) };
    },
    models: async () => (await client.models.list()).data.map(({ id }) => id),
    model: async (id) => (await client.models.retrieve(id)).id,
    embed: async (input) =>
      (await client.embeddings.create({ model: 'embedder', input: [...input] })).data.map(
        ({ embedding }) => embedding,
      ),
    complete: async (prompt) =>
      (await client.completions.create({ model: 'generalist', prompt })).choices[0]?.text ?? '',
    raised(error) {
      if (!(error instanceof OpenAI.APIError)) throw error;
      const { message, status, code } = error;
      return { name: error.constructor.name, message, status, code };
    },
  };
}

function optionsOf({ headers, maxRetries = 0, timeoutMs, signal }: Ask): OpenAI.RequestOptions {
  return {
    maxRetries,
    ...(headers && { headers: { ...headers } }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(signal && { signal }),
  };
}

/** What a chat is asked with, but for its messages. */
export function paramsOf(
  ask: Ask,
): Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'messages' | 'stream'> {
  const { model, n, stop, effort } = ask;
  const weather = { name: 'weather', parameters: { ...CITY_SCHEMA } };
  return {
    model,
    ...(n !== undefined && { n }),
    ...(stop !== undefined && { stop }),
    ...(effort && { reasoning_effort: effort }),
    ...(ask.withLogprobs && { logprobs: true, top_logprobs: 1 }),
    ...(ask.withTool && { tools: [{ type: 'function', function: weather }] }),
    ...(ask.asObject && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', schema: { ...CITY_SCHEMA } },
      },
    }),
  };
}

/** What was said so far. */
export function messagesOf({ prompt, system, attachment }: Ask): Message[] {
  const messages: Message[] = system === undefined ? [] : [{ role: 'system', content: system }];
  const content: OpenAI.ChatCompletionContentPart[] = [{ type: 'text', text: prompt }];
  if (attachment?.kind === 'image') {
    const url = `data:image/png;base64,${attachment.data}`;
    content.push({ type: 'image_url', image_url: { url } });
  } else if (attachment) {
    const input_audio = { data: attachment.data, format: 'wav' as const };
    content.push({ type: 'input_audio', input_audio });
  }
  messages.push({ role: 'user', content: attachment ? content : prompt });
  return messages;
}

/** Adds calls and their results to the messages, and says which cities they were about. */
export function answerCalls(
  messages: Message[],
  calls: readonly OpenAI.ChatCompletionMessageToolCall[],
): string[] {
  if (calls.length === 0) return [];
  messages.push({ role: 'assistant', tool_calls: [...calls] });
  return calls.flatMap((call) => {
    if (call.type !== 'function') return [];
    const { city }: { city: string } = JSON.parse(call.function.arguments);
    messages.push({ role: 'tool', tool_call_id: call.id, content: weatherOf(city) });
    return [city];
  });
}

/** The tokens that an answer names. */
export function usageOf(usage: OpenAI.CompletionUsage | undefined): Partial<Answered> {
  return {
    inputTokens: usage?.prompt_tokens,
    outputTokens: usage?.completion_tokens,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens,
  };
}
