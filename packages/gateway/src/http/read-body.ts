import { ApiError } from './api-error.js';
import { checkKeys } from './check-keys.js';
import type { JsonSource } from './json-members.js';
import { isObject } from './json-object.js';
import { readLongJson } from './json-reader.js';
import { JsonScan } from './json-scan.js';
import { type BodyLimits, LONG_BYTES, receiveBody, type UnreadBody } from './receive-body.js';
import type { RequestHeaders } from './request-headers.js';

/** A request whose body has not been read. */
export interface RequestWithBody extends UnreadBody {
  readonly headers: RequestHeaders;
}

/** Shorter bodies take a tenth of a millisecond to check and parse. */
const SHORT_BYTES = 16_384;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A body, as it was written and as it was understood. */
export interface JsonBody {
  readonly source: JsonSource;
  /** Of the source. */
  readonly bytes: number;
  readonly value: Record<string, unknown>;
}

/**
 * Reads a request's JSON body, whatever its sender may try.
 *
 * @throws ApiError 415 on other media types and encodings, those of `receiveBody`, 400 on anything that is not a JSON object in UTF-8, would take long to parse, or has
 * keys that reach for prototypes.
 */
export async function readJsonBody(
  request: RequestWithBody,
  limits: BodyLimits,
): Promise<JsonBody> {
  const { headers, turns } = request;
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new ApiError(415, 'Send the body with the header "Content-Type: application/json".', {
      isFinal: true,
    });
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new ApiError(415, 'Send the body without content encoding.', { isFinal: true });
  }
  const declared = Number(headers.get('content-length') ?? 0);
  const bytes = withoutMark(await receiveBody(request, limits, declared));
  if (bytes.length <= SHORT_BYTES) return parseBody(bytes);
  if (bytes.length <= LONG_BYTES) return await turns.take(() => parseBody(bytes));
  const { value, members } = await readLongJson(bytes, turns).catch((error: unknown) => {
    if (error instanceof ApiError) throw error;
    throw error instanceof SyntaxError ? notJson() : notUtf8();
  });
  return { source: { bytes, members }, bytes: bytes.length, value: object(value) };
}

function parseBody(bytes: Uint8Array): JsonBody {
  const scan = new JsonScan(bytes);
  scan.run();
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw notUtf8();
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw notJson();
  }
  const value = object(parsed);
  checkKeys(value);
  return { source: { bytes, members: scan.members() }, bytes: bytes.length, value };
}

/** Without the byte order mark that some put before UTF-8, and JSON does not have. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

function object(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new ApiError(400, 'The body must be a JSON object.', { code: 'invalid_json' });
}

function notUtf8(): ApiError {
  return new ApiError(400, 'The body is not UTF-8.', { code: 'invalid_json' });
}

function notJson(): ApiError {
  return new ApiError(400, 'The body is not valid JSON.', { code: 'invalid_json' });
}
