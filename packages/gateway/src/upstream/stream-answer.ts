import { ApiError } from '../http/api-error.js';
import type { CallDeadline } from './call-deadline.js';
import type { CallOutcome } from './call-upstream.js';
import { EventScanner, join } from './event-scanner.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import { UpstreamFailure } from './upstream-failure.js';

type Reader = AsyncIterator<Uint8Array, unknown>;

/** A stream for the client. */
export interface StreamedAnswer {
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves when it is over, with whether the client took all of it. */
  readonly isTaken: Promise<boolean>;
}

/**
 * Reads a stream up to its first token, and passes on the whole. Once a token was passed on, the
 * answer can only be completed or reported as broken off: with an event `data: {"error": ...}`,
 * which clients of the OpenAI API raise as an error, and without `data: [DONE]`.
 *
 * @param end - Told once when the stream is over, however it ends.
 * @throws UpstreamFailure when it fails before its first token; then `end` is not called.
 */
export async function openStream(
  response: GatewayFetchResponse,
  deadline: CallDeadline,
  end: (outcome: CallOutcome) => void,
): Promise<StreamedAnswer> {
  const mediaType = response.headers.get('content-type') ?? '';
  if (!response.body || !mediaType.toLowerCase().startsWith('text/event-stream')) {
    throw broken('The upstream answered a streamed request without a stream.');
  }
  const reader = response.body[Symbol.asyncIterator]();
  const scanner = new EventScanner();
  const held = await readUntilFirstToken(reader, scanner);
  let tell: (isTaken: boolean) => void;
  const isTaken = new Promise<boolean>((resolve) => {
    tell = resolve;
  });
  const body = passOn(reader, scanner, held, deadline, (outcome) => {
    end(outcome);
    tell(outcome !== 'abandoned');
  });
  return { body, isTaken };
}

async function readUntilFirstToken(reader: Reader, scanner: EventScanner): Promise<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0);
  while (!scanner.hasContent) {
    const { done, value } = await reader.next();
    if (done) throw broken('The upstream ended its stream before the first token.');
    held = join(held, scanner.push(value));
    if (scanner.error !== undefined) throw broken('The upstream streamed an error.');
    if (scanner.isOverlong || held.length > 1_048_576) {
      throw broken('The upstream streamed no answer.');
    }
  }
  return held;
}

function passOn(
  reader: Reader,
  scanner: EventScanner,
  held: Uint8Array,
  deadline: CallDeadline,
  end: (outcome: CallOutcome) => void,
): ReadableStream<Uint8Array> {
  let first: Uint8Array | undefined = held;
  // Should the client neither read on nor cancel, the call must end all the same.
  deadline.signal.addEventListener('abort', () => {
    const failure = deadline.explain(undefined);
    end(failure instanceof UpstreamFailure ? failure : 'abandoned');
  });

  /** The next whole lines; `undefined` at the end. */
  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      deadline.expect('idleMs');
      const { done, value } = await reader.next();
      if (done) return undefined;
      const lines = scanner.push(value);
      if (scanner.isOverlong) throw broken('The upstream streamed no answer.');
      if (lines.length > 0) return lines;
    }
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (first) {
        controller.enqueue(first);
        first = undefined;
        // While the client takes its time, the upstream is not to blame.
        deadline.expect(undefined);
        return;
      }
      try {
        const lines = await next();
        deadline.expect(undefined);
        if (lines) {
          controller.enqueue(lines);
          return;
        }
        if (!scanner.isComplete && scanner.error === undefined) {
          throw broken('The upstream broke off its answer.');
        }
        end(scanner.error === undefined ? 'answered' : broken('The upstream streamed an error.'));
        controller.close();
      } catch (error) {
        const failure = deadline.explain(error);
        end(failure instanceof UpstreamFailure ? failure : 'abandoned');
        deadline.abandon();
        controller.enqueue(errorEvent(failure));
        controller.close();
      }
    },
    cancel() {
      end('abandoned');
      deadline.abandon();
    },
  });
}

function errorEvent(failure: unknown): Uint8Array {
  const message = failure instanceof Error ? failure.message : 'The answer was broken off.';
  const body = JSON.stringify(new ApiError(502, message, { code: 'stream_interrupted' }));
  // The line feed ends an event that may have been left open.
  return new TextEncoder().encode(`\ndata: ${body}\n\n`);
}

function broken(message: string): UpstreamFailure {
  return new UpstreamFailure('broken', message, { canRetry: true, isOutage: true });
}
