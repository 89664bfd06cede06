/** What a refusal says next to its message. */
export interface ApiErrorOptions {
  /** In the OpenAI API's own terms; by default it follows from the status. */
  readonly type?: string | undefined;
  /** Stable, for programs. */
  readonly code?: string | undefined;
  /** The field of the request that is wrong. */
  readonly param?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Whether the connection must not be used again. */
  readonly isFinal?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request that is answered with an error, in the form of the OpenAI API unless its protocol has another. */
export class ApiError extends Error {
  readonly status: number;
  readonly options: ApiErrorOptions;

  constructor(status: number, message: string, options: ApiErrorOptions = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.options = options;
  }

  /** The body: `{ error: { message, type, param, code } }`. */
  toJSON(): { error: Record<string, string | null> } {
    const { type, code, param } = this.options;
    return {
      error: {
        message: this.message,
        type: type ?? typeOf(this.status),
        param: param ?? null,
        code: code ?? null,
      },
    };
  }

  /** @param body - By default `toJSON`'s. */
  toResponse(body: object = this.toJSON()): Response {
    const { retryAfterMs, isFinal, headers } = this.options;
    return Response.json(body, {
      status: this.status,
      headers: {
        ...headers,
        ...(retryAfterMs === undefined ? {} : { 'retry-after': seconds(retryAfterMs) }),
        ...(isFinal ? { connection: 'close' } : {}),
      },
    });
  }
}

/** Whole seconds, at least 1, as `Retry-After` takes them. */
function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
