import { join } from '../upstream/event-scanner.js';
import { ApiError } from './api-error.js';

/** Limits on the body of a request. */
export interface BodyLimits {
  readonly requestBytes: number;
  readonly bodyTimeoutMs: number;
}

/**
 * Reads a request's JSON body, whatever its sender may try.
 *
 * @throws ApiError 415 on other media types and encodings, 413 on too many bytes, 408 when they
 * take too long, 400 on anything that is no JSON object in UTF-8.
 */
export async function readJsonBody(
  request: Request,
  limits: BodyLimits,
): Promise<Record<string, unknown>> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new ApiError(415, 'Send the body as application/json.', { isFinal: true });
  }
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new ApiError(415, 'Send the body without content encoding.', { isFinal: true });
  }
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (!(declared <= limits.requestBytes)) throw tooLarge(limits);
  const bytes = await readBytes(request, limits);
  if (bytes.length > limits.requestBytes) throw tooLarge(limits);
  return parseObject(bytes);
}

async function readBytes(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate(limits)), limits.bodyTimeoutMs);
  });
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    // A declared length was checked, and servers hold senders to it; this way is the faster one.
    if (request.headers.has('content-length')) {
      return new Uint8Array(await Promise.race([request.arrayBuffer(), late]));
    }
    if (!request.body) return new Uint8Array(0);
    reader = request.body.getReader();
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return chunks.reduce(join, new Uint8Array(0));
      length += value.length;
      if (length > limits.requestBytes) throw tooLarge(limits);
      chunks.push(value);
    }
  } catch (error) {
    // Not awaited: a sender that is slow may never let go.
    reader?.cancel().catch(() => undefined);
    if (error instanceof ApiError) throw error;
    throw new ApiError(400, 'The body broke off.', { isFinal: true });
  } finally {
    clearTimeout(timer);
  }
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ApiError(400, 'The body is no JSON in UTF-8.', { code: 'invalid_json' });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'The body must be a JSON object.', { code: 'invalid_json' });
  }
  return { ...value };
}

function tooLarge({ requestBytes }: BodyLimits): ApiError {
  return new ApiError(413, `The body is larger than ${requestBytes} bytes.`, {
    code: 'request_too_large',
    isFinal: true,
  });
}

function tooLate({ bodyTimeoutMs }: BodyLimits): ApiError {
  return new ApiError(408, `The body did not arrive within ${bodyTimeoutMs} ms.`, {
    code: 'request_timeout',
    isFinal: true,
  });
}
