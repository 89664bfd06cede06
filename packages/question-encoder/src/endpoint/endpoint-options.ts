import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, environmentValue } from '@embedllm/internals';

/** How requests are made; none of it changes the vectors. */
export interface EndpointRequestOptions {
  /** Sent as `Authorization: Bearer ...`. Never stored, and cut from error messages. */
  readonly apiKey?: string | undefined;
  /** Name of the environment variable that holds the key, instead of `apiKey`. @default none */
  readonly apiKeyEnv?: string | undefined;
  /** Sent with every request, such as `{ 'api-key': '...' }`. Never stored. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Most texts in a request, 1 to 4096. @default 32, which every common server accepts */
  readonly batchSize?: number | undefined;
  /**
   * Most characters in a request, 1 to 100,000,000; a longer text goes alone.
   *
   * @default 100000
   */
  readonly batchCharacters?: number | undefined;
  /** Requests in flight at once, 1 to 64. @default 4 */
  readonly concurrency?: number | undefined;
  /**
   * How vectors are written in replies: `base64` is a quarter of the size of `float`, but fewer
   * servers know it. Both are understood in replies, whatever was asked for.
   *
   * @default 'float'
   */
  readonly encodingFormat?: 'float' | 'base64' | undefined;
  /**
   * Times that a request is tried again after status 408, 409, 429 or 5xx, a lost connection or a
   * timeout, 0 to 100.
   *
   * @default 5
   */
  readonly maxRetries?: number | undefined;
  /**
   * Wait before the first retry, 0 to 600,000 ms; it doubles with each retry, and up to half of it is
   * randomly subtracted. `Retry-After` of a reply takes precedence.
   *
   * @default 500
   */
  readonly retryDelayMs?: number | undefined;
  /**
   * Longest wait before a retry, 0 to 86,400,000 ms. An endpoint that asks for more is given up.
   *
   * @default 60000
   */
  readonly maxRetryDelayMs?: number | undefined;
  /** Longest time that one request may take, 1 to 86,400,000 ms. @default 60000 */
  readonly timeoutMs?: number | undefined;
  /** Makes the requests: for proxies and tests. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Options of `createEndpointEncoder`. */
export interface EndpointEncoderOptions extends EndpointRequestOptions {
  /** Address of the API without `/embeddings`, such as `https://api.openai.com/v1`. */
  readonly baseURL: string;
  /** The model's name at the endpoint, such as `text-embedding-3-small`. */
  readonly model: string;
  /**
   * Length D of the vectors, 1 to 65,536; every reply must agree.
   *
   * @default found by encoding one word
   */
  readonly dimensions?: number | undefined;
  /**
   * Asks the endpoint for vectors of `dimensions`, for models that can shorten theirs.
   *
   * @default false
   */
  readonly requestDimensions?: boolean | undefined;
  /** Put before every text, such as `'query: '` for models that were trained so. @default '' */
  readonly prefix?: string | undefined;
  /** Stops the request that finds the dimensions. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of requests with their defaults. */
export interface RequestPlan {
  readonly headers: Readonly<Record<string, string>>;
  /** Cut from whatever an endpoint says. */
  readonly secrets: readonly string[];
  readonly batchSize: number;
  readonly batchCharacters: number;
  readonly concurrency: number;
  readonly encodingFormat: 'float' | 'base64';
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly maxRetryDelayMs: number;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
}

const DAY_MS = 86_400_000;

/** @throws EmbedLLMError `invalid-argument` naming the option that is out of range. */
export function planRequests(options: EndpointRequestOptions): RequestPlan {
  const { encodingFormat = 'float', headers = {} } = options;
  if (encodingFormat !== 'float' && encodingFormat !== 'base64') {
    throw new EmbedLLMError(
      `\`encodingFormat\` must be float or base64, but is ${String(encodingFormat)}.`,
      { code: 'invalid-argument' },
    );
  }
  const key = readKey(options);
  const range = (
    name: keyof EndpointRequestOptions & keyof RequestPlan,
    fallback: number,
    min: number,
    max: number,
  ): number => {
    const value = options[name] ?? fallback;
    return checkInteger(name, typeof value === 'number' ? value : Number.NaN, { min, max });
  };
  return {
    headers: { ...headers, ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    secrets: [...Object.values(headers), ...(key === undefined ? [] : [key])].filter(Boolean),
    batchSize: range('batchSize', 32, 1, 4096),
    batchCharacters: range('batchCharacters', 100_000, 1, 100_000_000),
    concurrency: range('concurrency', 4, 1, 64),
    encodingFormat,
    maxRetries: range('maxRetries', 5, 0, 100),
    retryDelayMs: range('retryDelayMs', 500, 0, 600_000),
    maxRetryDelayMs: range('maxRetryDelayMs', 60_000, 0, DAY_MS),
    timeoutMs: range('timeoutMs', 60_000, 1, DAY_MS),
    fetch: options.fetch ?? globalThis.fetch,
  };
}

function readKey({ apiKey, apiKeyEnv }: EndpointRequestOptions): string | undefined {
  if (apiKey !== undefined && apiKeyEnv !== undefined) {
    throw new EmbedLLMError('Give `apiKey` or `apiKeyEnv`, not both.', {
      code: 'invalid-argument',
    });
  }
  const environment = typeof process === 'undefined' ? {} : process.env;
  const key = apiKeyEnv === undefined ? apiKey : environmentValue(environment, apiKeyEnv);
  if (apiKeyEnv !== undefined && !key) {
    throw new EmbedLLMError(
      `The environment variable ${apiKeyEnv}, which should hold the endpoint's key, is not set.`,
      { code: 'invalid-argument' },
    );
  }
  // Anything else is refused by `fetch` with a message that quotes it.
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new EmbedLLMError(
      "The endpoint's key must consist of visible ASCII characters, without spaces or line breaks.",
      { code: 'invalid-argument' },
    );
  }
  return key;
}
