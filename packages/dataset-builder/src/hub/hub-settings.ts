import { homedir } from 'node:os';
import { join } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';

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
   * @default the environment's HF_TOKEN, else none
   */
  readonly token?: string | undefined;
  /**
   * How often in a row something is tried again that may succeed later: the statuses 408, 429 and
   * 5xx, cut connections and timeouts. Progress of a download starts the count anew.
   *
   * @default 5
   */
  readonly retries?: number | undefined;
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
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal | undefined;
}

/** Variables that are read, as huggingface_hub reads them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws EmbedLLMError `invalid-argument` on options or variables out of range. */
export function hubSettings(
  options: HubOptions,
  environment: Environment = process.env,
): HubSettings {
  const { retries = 5, retryDelayMs = 500, timeoutMs = 30_000 } = options;
  for (const [name, value] of Object.entries({ retries, retryDelayMs })) {
    if (!(value >= 0)) throw outOfRange(name, 'at least 0', value);
  }
  if (!(timeoutMs > 0)) throw outOfRange('timeoutMs', 'above 0', timeoutMs);
  return {
    endpoint: endpointUrl(
      options.endpoint ?? (environment.HF_ENDPOINT || 'https://huggingface.co'),
    ),
    token: checkedToken(options.token ?? (environment.HF_TOKEN?.trim() || undefined)),
    retries,
    retryDelayMs,
    timeoutMs,
    fetch: options.fetch ?? globalThis.fetch,
    signal: options.signal,
  };
}

/** The cache that huggingface_hub uses too. */
export function defaultCacheDirectory(environment: Environment = process.env): string {
  if (environment.HF_HUB_CACHE) return environment.HF_HUB_CACHE;
  const caches = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(environment.HF_HOME || join(caches, 'huggingface'), 'hub');
}

/** Whether the environment forbids to talk to the hub (HF_HUB_OFFLINE). */
export function isOffline(environment: Environment = process.env): boolean {
  return /^(1|on|yes|true)$/i.test(environment.HF_HUB_OFFLINE ?? '');
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
      'invalid-argument',
      'The endpoint of the hub (HF_ENDPOINT) must be an https address without user and password, or an http address on this machine.',
    );
  }
  return url;
}

/** What the hub's own client demands, said without the token. */
function checkedToken(token: string | undefined): string | undefined {
  if (token === undefined || /^hf_[\x21-\x7e]+$/.test(token)) return token;
  throw new EmbedLLMError(
    'invalid-argument',
    'The access token (HF_TOKEN) must start with hf_ and have no blanks. Copy it again from the settings of your account.',
  );
}

function outOfRange(name: string, range: string, value: number): EmbedLLMError {
  return new EmbedLLMError('invalid-argument', `${name} must be ${range}, but is ${value}.`);
}
