import { ApiError } from './api-error.js';
import type { BodySource } from './body-source.js';
import { checkKeys } from './check-keys.js';
import type { JsonSource } from './json-members.js';
import { isObject } from './json-object.js';
import { JsonScan } from './json-scan.js';
import { parseLongJson } from './parse-long-json.js';
import type { RequestHeaders } from './request-headers.js';
import type { Turns } from './turns.js';

/** Limits on the body of a request. */
export interface BodyLimits {
  readonly requestBytes: number;
  readonly bodyTimeoutMs: number;
}

/** A request whose body has not been read. */
export interface RequestWithBody {
  readonly headers: RequestHeaders;
  readonly body: BodySource;
  /** For bodies that take some milliseconds to parse. */
  readonly turns: Turns;
}

const FIRST_BYTES = 16_384;
/** A body of this length takes about a millisecond to check, parse and write again. */
const LONG_BYTES = 262_144;
/** Nobody sends a long body byte by byte; each chunk costs some microseconds. */
const MIN_CHUNK_BYTES = 8;
const MAX_SMALL_CHUNKS = 4096;
/** How much more of a body is made room for than has come. */
const GROWTH = 16;

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** Bytes of a long body that are scanned in a turn. */
const SLICE_BYTES = 1_048_576;

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
 * @throws ApiError 415 on other media types and encodings, 413 on too many bytes, 408 when they
 * take too long, 400 on anything that is not a JSON object in UTF-8, would take long to parse, or has
 * keys that reach for prototypes.
 */
export async function readJsonBody(
  { headers, body, turns }: RequestWithBody,
  limits: BodyLimits,
): Promise<JsonBody> {
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new ApiError(415, 'Send the body as application/json.', { isFinal: true });
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new ApiError(415, 'Send the body without content encoding.', { isFinal: true });
  }
  const declared = Number(headers.get('content-length') ?? 0);
  if (!(declared <= limits.requestBytes)) throw tooLarge(limits);
  const bytes = withoutMark(await readBytes(body, limits, declared));
  return bytes.length < LONG_BYTES ? parseBody(bytes) : await parseLongBody(bytes, turns);
}

function readBytes(source: BodySource, limits: BodyLimits, declared: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Most bodies are one chunk, which is taken as it is. Others grow by factors, so that neither many
    // small chunks nor one large one are copied often, nor memory is taken for what is only announced.
    let bytes: Uint8Array = new Uint8Array(0);
    let length = 0;
    let chunks = 0;
    let isOver = false;
    const timer = setTimeout(() => refuse(tooLate(limits)), limits.bodyTimeoutMs);
    const finish = (): boolean => {
      const isFirst = !isOver;
      isOver = true;
      clearTimeout(timer);
      return isFirst;
    };
    const refuse = (error: ApiError): void => {
      if (!finish()) return;
      source.stop();
      reject(error);
    };
    source.start({
      chunk(chunk) {
        if (isOver) return;
        const needed = length + chunk.length;
        if (needed > limits.requestBytes) return refuse(tooLarge(limits));
        chunks++;
        if (chunks > MAX_SMALL_CHUNKS && needed < chunks * MIN_CHUNK_BYTES)
          return refuse(tooSmall());
        if (length === 0) {
          bytes = chunk;
          length = needed;
          return;
        }
        if (needed > bytes.length) {
          const announced = Math.min(declared, GROWTH * needed);
          const larger = new Uint8Array(Math.max(FIRST_BYTES, 2 * bytes.length, needed, announced));
          larger.set(bytes.subarray(0, length));
          bytes = larger;
        }
        bytes.set(chunk, length);
        length = needed;
      },
      end(isWhole) {
        // Every connection closes in the end: an error is dear to make.
        if (isOver) return;
        if (!isWhole) return refuse(new ApiError(400, 'The body broke off.', { isFinal: true }));
        if (finish()) resolve(bytes.subarray(0, length));
      },
    });
  });
}

function parseBody(bytes: Uint8Array): JsonBody {
  const scan = new JsonScan(bytes);
  scan.advance();
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
  return bodyOf(bytes, scan, value);
}

/** The same in turns, each of which takes some milliseconds: meanwhile others are answered. */
async function parseLongBody(bytes: Uint8Array, turns: Turns): Promise<JsonBody> {
  const scan = new JsonScan(bytes);
  while (!(await turns.take(() => scan.advance(SLICE_BYTES))));
  const value = object(
    await parseLongJson(bytes, scan.longTexts, turns).catch((error: unknown) => {
      throw error instanceof SyntaxError ? notJson() : notUtf8();
    }),
  );
  await turns.take(() => checkKeys(value));
  return await turns.take(() => bodyOf(bytes, scan, value));
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

function bodyOf(bytes: Uint8Array, scan: JsonScan, value: Record<string, unknown>): JsonBody {
  return { source: { bytes, members: scan.members() }, bytes: bytes.length, value };
}

function tooLarge({ requestBytes }: BodyLimits): ApiError {
  return new ApiError(413, `The body is larger than ${requestBytes} bytes (limits.requestBytes).`, {
    code: 'request_too_large',
    isFinal: true,
  });
}

function tooSmall(): ApiError {
  return new ApiError(400, 'The body comes in chunks that are too small.', { isFinal: true });
}

function tooLate({ bodyTimeoutMs }: BodyLimits): ApiError {
  return new ApiError(
    408,
    `The body did not arrive within ${bodyTimeoutMs} ms (limits.bodyTimeoutMs).`,
    {
      code: 'request_timeout',
      isFinal: true,
    },
  );
}
