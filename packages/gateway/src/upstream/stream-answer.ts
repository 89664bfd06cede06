import { nextTurn } from '@embedllm/internals';
import { CLIENT_GONE } from '../exchange.js';
import { errorEvent } from '../http/event-stream.js';
import { joinBytes } from '../http/join-bytes.js';
import type { Turns } from '../http/turns.js';
import { SlowClientError } from './call-deadline.js';
import { EventScanner } from './event-scanner.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import type { CallOutcome } from './upstream-answer.js';
import type { UpstreamCall } from './upstream-call.js';
import { UpstreamFailure } from './upstream-failure.js';

type Reader = AsyncIterator<Uint8Array, unknown>;

/** What passing on a piece takes beyond its bytes, and how much is done before others have a turn. */
const BYTES_AS_MUCH_AS_A_PIECE = 1024;
const MOST_WORK = 64;
/** Of what came, how much is read at once: it may be thousands of small events. */
const READ_BYTES = 8192;
/** Of a long event, what is given to the client at once. */
const SLICE_BYTES = 131_072;

/** A stream whose first token has come. */
interface OpenedStream {
  readonly call: UpstreamCall;
  readonly reader: Reader;
  readonly scanner: EventScanner;
  /** What was held back until the first token. */
  readonly held: readonly Uint8Array[];
}

/**
 * Reads a stream up to its first token, and passes on the whole. Once a token was passed on, the
 * answer can only be completed or reported as broken off: with an error as an event, which clients
 * raise, and without the protocol's end. The stream settles
 * its call and the exchange when it is over, however it ends.
 *
 * @throws UpstreamFailure when it fails before its first token; then nothing is settled.
 */
export async function openStream(
  response: GatewayFetchResponse,
  call: UpstreamCall,
): Promise<ReadableStream<Uint8Array>> {
  const mediaType = response.headers.get('content-type') ?? '';
  if (!response.body || /^application\/json\b/i.test(mediaType)) {
    // An upstream that does not stream has done its work, and would do it again.
    throw broken('The upstream answered a streamed request without a stream.', { canRetry: false });
  }
  const reader = response.body[Symbol.asyncIterator]();
  const { responseBytes, hidesUsage, facts } = call;
  const { choices, protocol } = call.request;
  const scanner = new EventScanner({
    protocol,
    maxLineBytes: responseBytes,
    choices,
    hidesUsage,
    facts,
  });
  const held = await readUntilFirstToken(reader, scanner, call);
  call.noteFirstToken();
  return passOn({ call, reader, scanner, held });
}

async function readUntilFirstToken(
  reader: Reader,
  scanner: EventScanner,
  { deadline, responseBytes, exchange }: UpstreamCall,
): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (!scanner.hasContent) {
    const { done, value } = await reader.next();
    const lines = await read(scanner, done ? undefined : value, exchange.turns);
    // Comments such as ": keep-alive" say that the model is at work.
    if (!done) deadline.expect('firstTokenMs');
    for (const piece of lines) {
      pieces.push(piece);
      length += piece.length;
    }
    if (scanner.error !== undefined) throw broken('The upstream streamed an error.');
    if (scanner.hasContent) break;
    if (done) throw broken('The upstream ended its stream before the first token.');
    if (scanner.isOverlong || length > responseBytes) throw overlong(responseBytes);
  }
  return pieces;
}

/** The whole lines of what came, or of what is left at the end; what is long is read in turns. */
async function read(
  scanner: EventScanner,
  value: Uint8Array | undefined,
  turns: Turns,
): Promise<readonly Uint8Array[]> {
  if (!value) return scanner.hasLongLine ? await scanner.finishLong(turns) : [scanner.finish()];
  const lines: Uint8Array[] = [];
  for (let at = 0; at < value.length; at += READ_BYTES) {
    const piece = value.subarray(at, at + READ_BYTES);
    if (scanner.hasLongLine) lines.push(...(await scanner.pushLong(piece, turns)));
    else if (value.length <= READ_BYTES) lines.push(scanner.push(piece));
    else lines.push(await turns.take(() => scanner.push(piece)));
  }
  return lines;
}

/** The same bytes, none of the pieces long. */
function slicesOf(pieces: readonly Uint8Array[]): Uint8Array[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length === 0) return [];
  if (length <= SLICE_BYTES) return pieces.length === 1 ? [...pieces] : [joinBytes(pieces)];
  return pieces.flatMap((piece) => {
    const count = Math.ceil(piece.length / SLICE_BYTES);
    return Array.from({ length: count }, (_, index) =>
      piece.subarray(index * SLICE_BYTES, (index + 1) * SLICE_BYTES),
    );
  });
}

function passOn({ call, reader, scanner, held }: OpenedStream): ReadableStream<Uint8Array> {
  const { deadline, exchange } = call;
  let ready = slicesOf(held);
  let isEnded = false;
  let work = 0;
  const settle = (outcome: CallOutcome): void => {
    exchange.notes.isBrokenOff ??= outcome !== 'answered';
    call.meter.noteUsage(scanner.usage);
    call.meter.noteRead(scanner.read);
    call.meter.noteOutput(scanner.outputTokens);
    call.settle(outcome);
    exchange.settle(outcome === 'abandoned' ? CLIENT_GONE : 200);
  };

  /** An upstream that is always ahead would leave no time for anyone else. */
  async function count(bytes: number): Promise<void> {
    work += 1 + bytes / BYTES_AS_MUCH_AS_A_PIECE;
    if (work <= MOST_WORK) return;
    work = 0;
    await nextTurn();
  }

  /** The next of what has come in whole lines; `undefined` at the end. */
  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = ready.shift();
      if (piece) {
        await count(piece.length);
        return piece;
      }
      if (isEnded) return undefined;
      deadline.expect('idleMs');
      const { done, value } = await reader.next();
      isEnded = done === true;
      ready = slicesOf(await read(scanner, done ? undefined : value, exchange.turns));
      if (scanner.isOverlong) throw overlong(call.responseBytes);
      if (ready.length === 0) await count(0);
    }
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      // A client that does not read on is never asked again: its call has to end all the same.
      deadline.cancellation.addEventListener('abort', () => {
        const failure = deadline.explain(undefined);
        settle(failure instanceof UpstreamFailure ? failure : 'abandoned');
        if (!(failure instanceof SlowClientError)) return;
        controller.enqueue(errorEvent(failure, exchange));
        controller.close();
      });
    },
    async pull(controller) {
      try {
        const lines = await next();
        if (lines) {
          controller.enqueue(lines);
          deadline.waitForClient();
          return;
        }
        if (scanner.error === undefined && !scanner.isComplete) {
          throw broken('The upstream closed the stream before the answer was complete.');
        }
        settle(
          scanner.error === undefined ? 'answered' : broken('The upstream streamed an error.'),
        );
        controller.close();
      } catch (error) {
        const failure = deadline.explain(error);
        settle(failure instanceof UpstreamFailure ? failure : 'abandoned');
        deadline.abandon();
        if (failure instanceof SlowClientError) return;
        controller.enqueue(errorEvent(failure, exchange));
        controller.close();
      }
    },
    cancel() {
      settle('abandoned');
      deadline.abandon();
    },
  });
}

function broken(message: string, { canRetry = true } = {}): UpstreamFailure {
  return new UpstreamFailure('broken', message, { canRetry, isOutage: true });
}

/** What was asked for made it so long: not the upstream's fault. */
function overlong(bytes: number): UpstreamFailure {
  return new UpstreamFailure(
    'broken',
    `The upstream streamed an event of more than ${bytes} bytes (limits.responseBytes).`,
  );
}
