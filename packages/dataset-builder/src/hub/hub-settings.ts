import { EmbedLLMError } from '@embedllm/core';
import { checkAccessToken, findAccessToken } from './access-token.js';
import type { Environment } from './hub-environment.js';

/** Options of everything that talks to the hub. */
export interface HubOptions {
  /**
   * Address of the hub: https, or http on this machine.
   *
   * @default the environment's HF_ENDPOINT, else https://huggingface.co
   */
  readonly endpoint?: string | undefined;
  /**
   * Access token, as `hf_…`. It is sent to the endpoint alone and is in no message.
   *
   * @default the environment's HF_TOKEN, else what is in the file that `hf auth login` writes
   * (HF_TOKEN_PATH, else `token` in HF_HOME), else none
   */
  readonly token?: string | undefined;
  /** Read instead of the variables of this process, whose names start with HF_. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * How often in a row something is tried again that may succeed later: the statuses 408, 429 and
   * 5xx, cut connections and timeouts. Progress of a download restarts the count.
   *
   * @default 5
   */
  readonly maxRetries?: number | undefined;
  /**
   * Wait before the first new try, in milliseconds; it doubles with each, up to 30 seconds, and a
   * random part of it up to the half is left out. Where the server says how long to wait
   * (Retry-After) that long.
   *
   * @default 500
   */
  readonly retryDelayMs?: number | undefined;
  /** A server that sends nothing for so long counts as gone, in milliseconds. @default 30,000 */
  readonly timeoutMs?: number | undefined;
  /** Used instead of the global `fetch`, for a proxy for example. */
  readonly fetch?: typeof fetch | undefined;
  /** Stops; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The same with the environment and the defaults applied, and checked. */
export interface HubSettings {
  readonly endpoint: URL;
  readonly token: string | undefined;
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal | undefined;
}

/**
 * @throws EmbedLLMError `invalid-argument` on options or variables out of range.
 * @throws DataError where the file that should hold the token cannot be read or holds none.
 */
export async function hubSettings(options: HubOptions): Promise<HubSettings> {
  const { maxRetries = 5, retryDelayMs = 500, timeoutMs = 30_000, token } = options;
  const { environment = process.env }: { readonly environment?: Environment | undefined } = options;
  for (const [name, value] of Object.entries({ maxRetries, retryDelayMs })) {
    if (!(value >= 0)) throw outOfRange(name, 'at least 0', value);
  }
  if (!(timeoutMs > 0)) throw outOfRange('timeoutMs', 'above 0', timeoutMs);
  return {
    endpoint: endpointUrl(
      options.endpoint ?? (environment.HF_ENDPOINT || 'https://huggingface.co'),
    ),
    token:
      token === undefined
        ? await findAccessToken(environment)
        : checkAccessToken(token, 'the option token'),
    maxRetries,
    retryDelayMs,
    timeoutMs,
    fetch: options.fetch ?? globalThis.fetch,
    signal: options.signal,
  };
}

/** Whether a URL may be asked at all: what is on the way is encrypted or stays on this machine. */
export function isAllowedUrl(url: URL, endpoint: URL): boolean {
  if (url.protocol === 'https:') return true;
  // A remote server must not make this one talk to services on this machine.
  return url.protocol === 'http:' && isLocal(url) && isLocal(endpoint);
}

function isLocal({ hostname }: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isAllowedUrl(url, url) || url.username !== '' || url.password !== '') {
    throw new EmbedLLMError(
      'The endpoint of the hub (HF_ENDPOINT) must be an https address without a user and password, or an http address on this machine.',
      { code: 'invalid-argument' },
    );
  }
  return url;
}

function outOfRange(name: string, range: string, value: number): EmbedLLMError {
  return new EmbedLLMError(`${name} must be ${range}, but is ${value}.`, {
    code: 'invalid-argument',
  });
}
