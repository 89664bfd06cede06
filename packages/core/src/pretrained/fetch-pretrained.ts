import { DataError, EmbedLLMError } from '@embedllm/internals';
import type { Artifact } from '../artifact/artifact.js';
import { CONFIG_FILE, MAX_TEXT_BYTES } from '../artifact/artifact-files.js';
import { decodeArtifact, decodeArtifactConfig } from '../artifact/decode-artifact.js';
import type { Progress } from '../progress.js';

/** What `fetchPretrained` hands to `fetch`. */
export interface FetchInit {
  readonly signal: AbortSignal;
  readonly headers?: Record<string, string>;
}

/** Options of `fetchPretrained`. */
export interface FetchPretrainedOptions {
  /**
   * Makes the requests: for proxies, caches, retries and tests.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: ((url: string, init: FetchInit) => Promise<Response>) | undefined;
  /** Sent with every request, such as `{ authorization: 'Bearer ...' }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Stops the download; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes arrive with those received and the total, once the config has been read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Largest total size that is downloaded, in bytes.
   *
   * @default 2^30, one gibibyte
   */
  readonly maxBytes?: number | undefined;
}

/**
 * Downloads an artifact from any static host: `config.json` first, then exactly the files that it
 * lists, each bounded by its listed size and checked as by `decodeArtifact`. The model card is not
 * downloaded. Works in browsers and edge runtimes.
 *
 * @param url - Of the folder, such as `https://huggingface.co/ORG/NAME/resolve/main`; a query is
 * sent with every file.
 * @throws EmbedLLMError `io` when a request fails, naming address and status; `invalid-argument`
 * when the URL is not absolute or holds a password; and what `decodeArtifact` throws.
 */
export async function fetchPretrained(
  url: string | URL,
  options: FetchPretrainedOptions = {},
): Promise<Artifact> {
  const folder = parseFolder(url);
  const source = describeUrl(folder).replace(/\/$/, '');
  const { onProgress, maxBytes = 2 ** 30 } = options;
  const failure = new AbortController();
  const request: DownloadRequest = {
    fetch: options.fetch ?? globalThis.fetch,
    headers: options.headers,
    callerSignal: options.signal,
    signal: options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal,
  };
  const config = await download(fileUrl(folder, CONFIG_FILE), MAX_TEXT_BYTES, request);
  const { files: records } = await decodeArtifactConfig(config, source);
  let total = config.length;
  for (const { bytes } of records.values()) total += bytes;
  if (total > maxBytes) {
    throw new DataError(
      `The files have ${total} bytes, more than the limit of ${maxBytes}. Raise maxBytes if you trust the source.`,
      { file: `${source}/${CONFIG_FILE}`, field: 'files', code: 'invalid-artifact' },
    );
  }
  let done = config.length;
  const onBytes = (count: number): void => {
    done += count;
    onProgress?.({ phase: 'download', done, total, unit: 'bytes' });
  };
  const downloads = [...records].map(
    async ([path, { bytes }]): Promise<[string, Uint8Array]> => [
      path,
      await download(fileUrl(folder, path), bytes, request, onBytes),
    ],
  );
  try {
    const files = new Map(await Promise.all(downloads));
    return await decodeArtifact(files.set(CONFIG_FILE, config), { source });
  } finally {
    // After a failure, stops the other downloads.
    failure.abort();
  }
}

interface DownloadRequest {
  readonly fetch: (url: string, init: FetchInit) => Promise<Response>;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly callerSignal: AbortSignal | undefined;
  readonly signal: AbortSignal;
}

function parseFolder(url: string | URL): URL {
  let folder: URL;
  try {
    folder = new URL(url);
  } catch (cause) {
    throw new EmbedLLMError(`${String(url)} is not an absolute URL.`, {
      code: 'invalid-argument',
      cause,
    });
  }
  if (folder.username !== '' || folder.password !== '') {
    throw new EmbedLLMError(
      'The URL contains a user name or password, which fetch rejects. Send them in headers.',
      { code: 'invalid-argument' },
    );
  }
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return folder;
}

function fileUrl(folder: URL, path: string): URL {
  const url = new URL(path, folder);
  url.search = folder.search;
  return url;
}

/** Without the query, which may be secret. */
function describeUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

async function download(
  url: URL,
  limit: number,
  { fetch, headers, callerSignal, signal }: DownloadRequest,
  onBytes?: (count: number) => void,
): Promise<Uint8Array> {
  const place = describeUrl(url);
  try {
    const response = await fetch(url.href, { signal, ...(headers && { headers: { ...headers } }) });
    if (!response.ok) {
      await response.body?.cancel();
      const status = `${response.status} ${response.statusText}`.trim();
      throw new EmbedLLMError(`${place}: The server answered ${status}.`, { code: 'io' });
    }
    return await readBody(response, limit, place, onBytes);
  } catch (cause) {
    callerSignal?.throwIfAborted();
    if (cause instanceof EmbedLLMError) throw cause;
    const reason = describeFailure(cause).replaceAll(url.href, place);
    throw new EmbedLLMError(`${place}: The download failed: ${reason}.`, { code: 'io', cause });
  }
}

/** With the innermost cause, since "fetch failed" alone says nothing. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? `${error.message} (${describeFailure(error.cause)})`
    : error.message;
}

async function readBody(
  response: Response,
  limit: number,
  place: string,
  onBytes?: (count: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) break;
    const chunk: Uint8Array = next.value;
    length += chunk.length;
    if (length > limit) {
      await reader?.cancel();
      throw new DataError(`The server sent more than the ${limit} bytes allowed for the file.`, {
        file: place,
        code: 'invalid-artifact',
      });
    }
    chunks.push(chunk);
    onBytes?.(chunk.length);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
