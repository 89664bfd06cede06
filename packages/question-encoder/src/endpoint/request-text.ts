import { EmbedLLMError } from '@embedllm/core';
import { backoffMs, retryAfterMs, sleep } from '@embedllm/internals';
import type { RequestPlan } from './endpoint-options.js';
import { ownValue } from './read-reply.js';

/** Characters of what an endpoint says that go into an error message. */
const EXCERPT_CHARACTERS = 300;
/** Most that is read of a reply that reports an error. */
const MAX_ERROR_BYTES = 65_536;

/** One POST request. */
export interface TextRequest {
  readonly url: string;
  readonly body: string;
  /** Most bytes that the reply may have, after decompression. */
  readonly maxReplyBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Posts JSON and reads the text of the reply, and tries again where that may help.
 *
 * @throws EmbedLLMError `io` when the endpoint cannot be reached, refuses or keeps failing, and
 * `invalid-data` when the reply is too large; the signal's reason after an abort.
 */
export async function requestText(request: TextRequest, plan: RequestPlan): Promise<string> {
  const { signal } = request;
  const { retryDelayMs: firstMs, maxRetryDelayMs: longestMs } = plan;
  const backoff = { firstMs, longestMs, jitter: 0.5 };
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryOnce(request, plan);
    if (typeof outcome === 'string') return outcome;
    signal.throwIfAborted();
    if (!outcome.mayPass) throw outcome.error;
    const delay = outcome.afterMs ?? backoffMs(attempt + 1, backoff);
    if (attempt >= plan.maxRetries || delay > plan.maxRetryDelayMs) {
      const tries = attempt + 1;
      const waits = delay > plan.maxRetryDelayMs ? `; it asks to wait ${delay / 1000} s` : '';
      const { message, cause } = outcome.error;
      throw new EmbedLLMError(
        `${message} Gave up after ${tries} ${tries === 1 ? 'try' : 'tries'}${waits}.`,
        { code: 'io', cause },
      );
    }
    await sleep(delay, signal);
  }
}

interface Failure {
  readonly error: EmbedLLMError;
  /** Whether another try may succeed. */
  readonly mayPass: boolean;
  /** When the endpoint wants to be asked again. */
  readonly afterMs?: number | undefined;
}

async function tryOnce(
  { url, body, maxReplyBytes, signal }: TextRequest,
  plan: RequestPlan,
): Promise<string | Failure> {
  const attempt = new AbortController();
  const stop = (): void => attempt.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const timedOut = new EmbedLLMError(
    `The endpoint ${url} did not answer within ${plan.timeoutMs} ms.`,
    { code: 'io' },
  );
  const timer = setTimeout(() => attempt.abort(timedOut), plan.timeoutMs);
  try {
    const response = await plan.fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', ...plan.headers, 'content-type': 'application/json' },
      body,
      // Elsewhere neither the texts nor the key may go.
      redirect: 'manual',
      signal: attempt.signal,
    });
    if (response.ok) return await readText(response, maxReplyBytes, url);
    return await describeRefusal(response, url, plan);
  } catch (cause) {
    if (cause instanceof EmbedLLMError && cause !== timedOut) {
      return { error: cause, mayPass: false };
    }
    const error = attempt.signal.aborted ? timedOut : unreachable(url, cause, plan);
    return { error, mayPass: true };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // Frees the connection of a reply that was not read to its end.
    attempt.abort();
  }
}

async function describeRefusal(
  response: Response,
  url: string,
  plan: RequestPlan,
): Promise<Failure> {
  const { status, headers } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const error = new EmbedLLMError(
      `The endpoint ${url} redirects to another address. Redirects are not followed: set \`baseURL\` to that address if you trust it.`,
      { code: 'io' },
    );
    return { error, mayPass: false };
  }
  const text = await readText(response, MAX_ERROR_BYTES, url).catch(() => '');
  const { message, code } = readError(text);
  const said = redact(message, plan.secrets).replace(/\s+/g, ' ').slice(0, EXCERPT_CHARACTERS);
  return {
    error: new EmbedLLMError(
      `The endpoint ${url} answered with status ${status}${said ? `: ${said}` : ''}.${adviceFor(status)}`,
      { code: 'io' },
    ),
    // An exhausted quota comes with the status of a rate limit, but does not pass.
    mayPass: (status >= 500 || [408, 409, 429].includes(status)) && code !== 'insufficient_quota',
    afterMs: retryAfterMs(headers, Date.now()),
  };
}

function unreachable(url: string, cause: unknown, { secrets }: RequestPlan): EmbedLLMError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = inner instanceof Error ? inner.message : String(inner);
  return new EmbedLLMError(`Cannot reach the endpoint ${url}: ${redact(reason, secrets)}.`, {
    code: 'io',
  });
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return ' Check `apiKey` and `headers`.';
  if (status === 404) return ' Check `baseURL` and `model`.';
  if (status === 413) return ' Lower `batchSize` or `batchCharacters`.';
  return '';
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((result, secret) => result.replaceAll(secret, '***'), text);
}

/** The message of an error in OpenAI's form, or else all of the text. */
function readError(text: string): { message: string; code: unknown } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { message: text, code: undefined };
  }
  const error = ownValue(body, 'error');
  const message = ownValue(error, 'message');
  return { message: typeof message === 'string' ? message : text, code: ownValue(error, 'code') };
}

/** The text of a reply, read only as far as it may go. */
async function readText(response: Response, maxBytes: number, url: string): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      throw new EmbedLLMError(
        `The reply of ${url} is larger than ${maxBytes} bytes, more than these vectors can need.`,
        { code: 'invalid-data' },
      );
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return new TextDecoder().decode(bytes);
}
