import type { Held } from '../limits/held-bytes.js';
import { ApiError } from './api-error.js';
import type { BodySource } from './body-source.js';
import { GrowingBytes } from './growing-bytes.js';
import type { Turns } from './turns.js';

/** Limits on the body of a request. */
export interface BodyLimits {
  readonly requestBytes: number;
  readonly bodyTimeoutMs: number;
}

/** A body that has not been read. */
export interface UnreadBody {
  readonly body: BodySource;
  /** For bodies that take some milliseconds to read and parse. */
  readonly turns: Turns;
  /** Waits until so many bytes of the client may be held. */
  holdBytes(bytes: number): Promise<Held>;
}

/** A body beyond this is a long one: it takes milliseconds, and its bytes are counted. */
export const LONG_BYTES = 131_072;

/** Nobody sends a long body byte by byte; each piece costs some microseconds. */
const MIN_PIECE_BYTES = 8;
const MAX_SMALL_PIECES = 4096;
/** What it takes to have one more piece of a long body from its connection, in milliseconds. */
const PIECE_MS = 0.2;

/**
 * Takes in the bytes of a body. Long ones wait for room, and take turns.
 *
 * @param declared - Their number, or 0 where it is not said.
 * @throws ApiError 413 on too many bytes, 408 when they take too long, 429 when no room is left, 400 when the
 * body breaks off or comes in very small pieces.
 */
export async function receiveBody(
  request: UnreadBody,
  limits: BodyLimits,
  declared: number,
): Promise<Uint8Array> {
  if (declared > limits.requestBytes) throw tooLarge(limits);
  if (declared > LONG_BYTES) await request.holdBytes(declared);
  return await new Promise((resolve, reject) => {
    new BodyReception(request, limits, declared).start(resolve, reject);
  });
}

class BodyReception {
  readonly #request: UnreadBody;
  readonly #limits: BodyLimits;
  readonly #declared: number;
  readonly #received: GrowingBytes;
  #pieces = 0;
  #held: Held | undefined;
  #isOver = false;
  /** How long the client may still take, and since when it is waited for. */
  #leftMs: number;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(request: UnreadBody, limits: BodyLimits, declared: number) {
    this.#request = request;
    this.#limits = limits;
    this.#declared = declared;
    this.#received = new GrowingBytes(declared);
    this.#leftMs = limits.bodyTimeoutMs;
  }

  start(resolve: (bytes: Uint8Array) => void, reject: (error: unknown) => void): void {
    this.#reject = reject;
    this.#startTimer();
    this.#request.body.start({
      chunk: (piece) => this.#take(piece),
      end: (isWhole) => {
        // Every connection closes in the end: an error is dear to make.
        if (this.#isOver) return;
        if (!isWhole) {
          this.#refuse(new ApiError(400, 'The body broke off.', { isFinal: true }));
          return;
        }
        this.#end();
        this.#held?.shrink(this.#received.length);
        resolve(this.#received.bytes);
      },
    });
  }

  #take(piece: Uint8Array): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    const length = this.#received.length + piece.length;
    this.#pieces++;
    const isSmall = this.#pieces > MAX_SMALL_PIECES && length < this.#pieces * MIN_PIECE_BYTES;
    if (isSmall || length > this.#limits.requestBytes) {
      this.#refuse(isSmall ? tooSmall() : tooLarge(this.#limits));
      return undefined;
    }
    this.#received.add(piece);
    return length > LONG_BYTES ? this.#beforeNext() : undefined;
  }

  /** The client waits as well: meanwhile its time stands still. */
  async #beforeNext(): Promise<void> {
    this.#stopTimer();
    try {
      if (this.#declared === 0) {
        this.#held ??= await this.#request.holdBytes(this.#limits.requestBytes);
      }
      await this.#request.turns.take(() => undefined, PIECE_MS);
      if (!this.#isOver) this.#startTimer();
    } catch (error) {
      this.#refuse(error);
    }
  }

  #startTimer(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#refuse(tooLate(this.#limits)), this.#leftMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#leftMs -= performance.now() - this.#since;
  }

  #refuse(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#request.body.stop();
    this.#reject(error);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
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
