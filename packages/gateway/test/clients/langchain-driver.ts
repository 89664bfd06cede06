import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { concat } from '@langchain/core/utils/stream';
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { APIError } from 'openai';
import {
  type Answered,
  type Ask,
  CITY_SCHEMA,
  type ClientDriver,
  type ClientOptions,
  weatherOf,
} from './client-driver.js';

const WEATHER = {
  type: 'function' as const,
  function: { name: 'weather', parameters: CITY_SCHEMA },
};

/** LangChain with its package for OpenAI. */
export function langChainDriver(options: ClientOptions): ClientDriver {
  const { apiKey, baseURL } = options;
  const others = { apiKey, configuration: { baseURL }, maxRetries: 0 };
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
      const model = modelOf(ask, options);
      if (ask.asObject) {
        const structured = model.withStructuredOutput({ title: 'place', ...CITY_SCHEMA });
        return { texts: [], object: await structured.invoke(messages, callOf(ask)) };
      }
      const run = async () => {
        const { generations } = await model.generate([messages], callOf(ask));
        return (generations[0] ?? []).map((one) => (one as unknown as Generation).message);
      };
      let answers = await run();
      const cities = answerCalls(messages, answers[0]);
      if (cities.length > 0) answers = await run();
      return { ...factsOf(answers[0]), texts: answers.map(({ text }) => text), cities };
    },
    async stream(ask) {
      const messages = messagesOf(ask);
      const run = async () => {
        const pieces: string[] = [];
        let whole: AIMessageChunk | undefined;
        for await (const chunk of await modelOf(ask, options).stream(messages, callOf(ask))) {
          if (chunk.text !== '') pieces.push(chunk.text);
          whole = whole === undefined ? chunk : concat(whole, chunk);
        }
        return { pieces, whole };
      };
      let { pieces, whole } = await run();
      const cities = answerCalls(messages, whole);
      if (cities.length > 0) ({ pieces, whole } = await run());
      return { ...factsOf(whole), texts: [whole?.text ?? ''], pieces, cities };
    },
    embed: (texts) =>
      new OpenAIEmbeddings({ ...others, model: 'embedder' }).embedDocuments([...texts]),
    complete: (prompt) => new OpenAI({ ...others, model: 'generalist' }).invoke(prompt),
    raised(error) {
      if (!(error instanceof APIError)) throw error;
      const { message, status, code } = error;
      return { name: error.constructor.name, message, status, code };
    },
  };
}

interface Generation {
  readonly message: AIMessage;
}

function modelOf(ask: Ask, { baseURL, apiKey }: ClientOptions) {
  const { headers, maxRetries = 0, timeoutMs, n, effort } = ask;
  const model = new ChatOpenAI({
    model: ask.model,
    apiKey: ask.apiKey ?? apiKey,
    configuration: { baseURL, ...(headers && { defaultHeaders: { ...headers } }) },
    maxRetries,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(n !== undefined && { n }),
    ...(ask.withLogprobs && { logprobs: true, topLogprobs: 1 }),
    ...(effort && { modelKwargs: { reasoning_effort: effort } }),
  });
  return model;
}

function callOf({ stop, signal, withTool }: Ask) {
  return {
    ...(stop !== undefined && { stop: [stop] }),
    ...(signal && { signal }),
    ...(withTool && { tools: [WEATHER] }),
  };
}

function messagesOf({ prompt, system, attachment }: Ask): BaseMessage[] {
  const text = { type: 'text', text: prompt };
  const messages: BaseMessage[] = system === undefined ? [] : [new SystemMessage(system)];
  if (attachment === undefined) messages.push(new HumanMessage(prompt));
  else if (attachment.kind === 'image') {
    const image_url = { url: `data:image/png;base64,${attachment.data}` };
    messages.push(new HumanMessage({ content: [text, { type: 'image_url', image_url }] }));
  } else {
    const input_audio = { data: attachment.data, format: 'wav' };
    messages.push(new HumanMessage({ content: [text, { type: 'input_audio', input_audio }] }));
  }
  return messages;
}

/** Adds calls and their results to the messages, and says which cities they were about. */
function answerCalls(
  messages: BaseMessage[],
  answer: AIMessage | AIMessageChunk | undefined,
): string[] {
  const calls = answer?.tool_calls ?? [];
  if (!answer || calls.length === 0) return [];
  messages.push(answer);
  return calls.map(({ id = '', args }) => {
    const city = String(args.city);
    messages.push(new ToolMessage({ tool_call_id: id, content: weatherOf(city) }));
    return city;
  });
}

/** What the package for OpenAI adds to a message. */
interface OpenAiFacts {
  readonly model_name?: string;
  readonly logprobs?: { readonly content?: readonly { readonly logprob: number }[] };
}

function factsOf(answer: AIMessage | AIMessageChunk | undefined): Partial<Answered> {
  const facts: OpenAiFacts = answer?.response_metadata ?? {};
  return {
    ...usageOf(answer?.usage_metadata),
    logprob: facts.logprobs?.content?.[0]?.logprob,
    routedTo: facts.model_name,
  };
}

function usageOf(usage: UsageMetadata | undefined): Partial<Answered> {
  return {
    inputTokens: usage?.input_tokens,
    outputTokens: usage?.output_tokens,
    cachedTokens: usage?.input_token_details?.cache_read,
    reasoningTokens: usage?.output_token_details?.reasoning,
  };
}
