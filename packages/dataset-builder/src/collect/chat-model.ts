import {
  EmbedLLMError,
  environmentValue,
  isJsonObject,
  ownValue,
  reasonOf,
} from '@embedllm/internals';
import type { AskableModel, ModelCall, ModelReply } from './askable-model.js';
import { CallError } from './call-error.js';

/** Options of `chatModel`. */
export interface ChatModelOptions {
  /** Address of the API, such as `http://localhost:11434/v1`. */
  readonly baseURL: string;
  /** The name that the server has for the model. */
  readonly modelId: string;
  /** Environment variable that holds the key, which is sent as a bearer token. @default none */
  readonly apiKeyEnv?: string | undefined;
}

/**
 * A model of a server that speaks OpenAI's protocol of chat completions, such as Ollama or vLLM.
 *
 * @throws EmbedLLMError `invalid-argument` where the variable of the key is not set.
 */
export function chatModel({ baseURL, modelId, apiKeyEnv }: ChatModelOptions): AskableModel {
  const url = `${baseURL.replace(/\/+$/, '')}/chat/completions`;
  const apiKey = apiKeyEnv === undefined ? undefined : keyFrom(apiKeyEnv);
  // Models of OpenAI refuse the older name, and other servers may not know the newer one.
  const limit =
    new URL(baseURL).hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens';
  return {
    provider: new URL(baseURL).host,
    modelId,
    doGenerate: async (call) => {
      const response = await send(url, bodyOf(modelId, call, limit), apiKey, call.abortSignal);
      const text = await readText(response, url);
      if (!response.ok) throw refusal(response, text, apiKeyEnv);
      return replyOf(text, url);
    },
  };
}

function bodyOf(model: string, call: ModelCall, limit: string): object {
  const messages = call.prompt.map(({ role, content }) => ({
    role,
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
  }));
  return {
    model,
    messages,
    [limit]: call.maxOutputTokens,
    temperature: call.temperature,
    ...call.providerOptions?.chat,
  };
}

async function send(
  url: string,
  body: object,
  apiKey: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? reasonOf(cause.cause ?? cause) : reasonOf(cause);
    throw new CallError(`${url} cannot be reached: ${reason}`, { isRetryable: true, cause });
  }
}

async function readText(response: Response, url: string): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw cause;
    throw new CallError(`${url} closed the connection before the answer was complete.`, {
      isRetryable: true,
      cause,
    });
  }
}

function refusal(response: Response, body: string, apiKeyEnv: string | undefined): CallError {
  const { status, headers } = response;
  const said = messageIn(body) ?? body.slice(0, 300);
  const key = apiKeyEnv === undefined ? 'No key was sent' : `The key was taken from ${apiKeyEnv}`;
  const hint = status === 401 || status === 403 ? ` (${key}.)` : '';
  return new CallError(`Status ${status}: ${said}${hint}`, {
    statusCode: status,
    responseHeaders: Object.fromEntries(headers),
    responseBody: body,
    isRetryable: status === 408 || status === 409 || status === 429 || status >= 500,
  });
}

function messageIn(body: string): string | undefined {
  const parsed = jsonOf(body);
  if (!isJsonObject(parsed)) return undefined;
  const error = ownValue(parsed, 'error');
  const message = isJsonObject(error) ? ownValue(error, 'message') : error;
  return typeof message === 'string' ? message : undefined;
}

function replyOf(body: string, url: string): ModelReply {
  const parsed = jsonOf(body);
  const choices = isJsonObject(parsed) ? ownValue(parsed, 'choices') : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = isJsonObject(choice) ? ownValue(choice, 'message') : undefined;
  if (!isJsonObject(parsed) || !isJsonObject(choice) || !isJsonObject(message)) {
    throw new CallError(`${url} answered with something other than a chat completion.`, {
      isRetryable: true,
    });
  }
  const reason = ownValue(choice, 'finish_reason');
  const usage = ownValue(parsed, 'usage');
  return {
    content: [{ type: 'text', text: ownValue(message, 'content') ?? '' }],
    finishReason: reason === 'content_filter' ? 'content-filter' : String(reason ?? 'stop'),
    usage: {
      inputTokens: tokens(usage, 'prompt_tokens', 'cacheRead', 'cached_tokens'),
      outputTokens: tokens(usage, 'completion_tokens', 'reasoning', 'reasoning_tokens'),
    },
  };
}

/** A count of the usage with a part of it, from its details. */
function tokens(
  usage: unknown,
  name: string,
  part: 'cacheRead' | 'reasoning',
  detail: string,
): { total: number | undefined } {
  if (!isJsonObject(usage)) return { total: undefined };
  const details = ownValue(usage, `${name}_details`);
  const inner = isJsonObject(details) ? numberOf(ownValue(details, detail)) : undefined;
  return { total: numberOf(ownValue(usage, name)), [part]: inner };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws EmbedLLMError `invalid-argument` where the variable that holds a key is not set. */
export function keyFrom(variable: string): string {
  const key = environmentValue(process.env, variable)?.trim() ?? '';
  // Anything else is refused by `fetch` with a message that quotes it.
  if (/[^\x21-\x7e]/.test(key)) {
    throw new EmbedLLMError(
      `The key in the environment variable ${variable} must consist of visible ASCII characters, without spaces or line breaks.`,
      { code: 'invalid-argument' },
    );
  }
  if (key !== '') return key;
  throw new EmbedLLMError(`The environment variable ${variable} is not set. Set it to the key.`, {
    code: 'invalid-argument',
  });
}
