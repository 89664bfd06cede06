import { EmbedLLMError } from '@embedllm/core';
import { isJsonObject, reasonOf, retryAfterMs } from '@embedllm/internals';

/** What a failed call says of itself; errors of the AI SDK have the same fields. */
interface CallErrorDetails {
  readonly statusCode?: number | undefined;
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined;
  readonly responseBody?: string | undefined;
  readonly isRetryable: boolean;
  readonly cause?: unknown;
}

/** A call that failed. */
export class CallError extends EmbedLLMError {
  readonly statusCode: number | undefined;
  readonly responseHeaders: Readonly<Record<string, string>> | undefined;
  readonly responseBody: string | undefined;
  readonly isRetryable: boolean;

  constructor(message: string, details: CallErrorDetails) {
    super(message, { code: 'http', cause: details.cause });
    this.name = 'CallError';
    this.statusCode = details.statusCode;
    this.responseHeaders = details.responseHeaders;
    this.responseBody = details.responseBody;
    this.isRetryable = details.isRetryable;
  }
}

/** A failed call, as far as the collection is concerned. */
export interface CallFailure {
  readonly message: string;
  readonly httpStatus: number | undefined;
  readonly isRetryable: boolean;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** Whether every other call of this model will fail too: a key, an account or a name is wrong. */
  readonly isFinal: boolean;
  /** Whether the provider may have worked, and may ask for money. */
  readonly mayBeBilled: boolean;
}

/** Statuses that are about the key, the account or the model, and not about one question. */
const FINAL: ReadonlySet<number> = new Set([401, 402, 403, 404]);
const OUT_OF_QUOTA = /insufficient_quota|billing_hard_limit|credit balance is too low/i;
/** The connection was not made: by codes of the system, TLS and undici, and messages of fetch. */
const NOT_SENT =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS|ERR_SSL|certificate|bad port|unknown scheme/i;

/** Reads what was thrown, by this package's client or a provider of the AI SDK. */
export function callFailure(error: unknown, timedOut: boolean, timeoutMs: number): CallFailure {
  if (timedOut) {
    const message = `No answer within ${timeoutMs / 1000} s.`;
    const open = { httpStatus: undefined, retryAfterMs: undefined, isFinal: false };
    return { message, ...open, isRetryable: true, mayBeBilled: true };
  }
  const details = isJsonObject(error) ? error : {};
  const status = typeof details.statusCode === 'number' ? details.statusCode : undefined;
  const body = typeof details.responseBody === 'string' ? details.responseBody : '';
  const message = reasonOf(error);
  const isKeyMissing = isJsonObject(error) && details.name === 'AI_LoadAPIKeyError';
  const isFinal =
    isKeyMissing || (status !== undefined && FINAL.has(status)) || OUT_OF_QUOTA.test(body);
  return {
    message,
    httpStatus: status,
    isRetryable: !isFinal && details.isRetryable === true,
    retryAfterMs: waitOf(details.responseHeaders),
    isFinal,
    mayBeBilled: !isKeyMissing && isMaybeBilled(status, error),
  };
}

/** An answer with a status of failure costs nothing; what broke off after it was sent may. */
function isMaybeBilled(status: number | undefined, error: unknown): boolean {
  if (status !== undefined && status >= 400) return false;
  const texts: string[] = [];
  for (let cause = error; isJsonObject(cause) && texts.length < 6; cause = cause.cause) {
    texts.push(String(cause.code ?? ''), String(cause.message ?? ''));
  }
  return !NOT_SENT.test(texts.join(' '));
}

function waitOf(headers: unknown): number | undefined {
  if (!isJsonObject(headers)) return undefined;
  const get = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return retryAfterMs({ get }, Date.now());
}
