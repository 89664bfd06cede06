import type { CandidateAnswer } from './ask-candidates.js';
import { CLIENT_GONE, type Exchange } from './exchange.js';
import { errorEvent, HEARTBEAT } from './http/event-stream.js';
import { toApiError } from './http/failure-response.js';
import { wholeOf } from './http/join-bytes.js';
import { parseObject } from './http/json-object.js';

/**
 * Waits for an answer to a streamed request, for a while without a word, so that a failure still
 * has its own status. After that it begins a stream of comments, so that proxies on the way keep
 * the connection; the answer follows in it, or the error as an event.
 *
 * @returns the answer where it came in time, else the stream, which settles the exchange.
 */
export async function withHeartbeats(
  exchange: Exchange,
  completion: Promise<CandidateAnswer>,
  everyMs: number,
): Promise<CandidateAnswer | ReadableStream<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), everyMs);
  });
  try {
    const first = await Promise.race([completion, late]);
    if (first !== 'late') return first;
  } finally {
    clearTimeout(timer);
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void beat(exchange, completion, writable, everyMs);
  return readable;
}

async function beat(
  exchange: Exchange,
  completion: Promise<CandidateAnswer>,
  writable: WritableStream<Uint8Array>,
  everyMs: number,
): Promise<void> {
  const writer = writable.getWriter();
  // A client that has gone shows by the exchange's signal too; one that reads slowly needs no more.
  const send = (): void => {
    if ((writer.desiredSize ?? 0) > 0) writer.write(HEARTBEAT).catch(() => undefined);
  };
  send();
  const timer = setInterval(send, everyMs);
  let isWaiting = true;
  writer.closed.catch(() => {
    if (isWaiting) exchange.abort(new Error('The client disconnected.'));
  });
  try {
    const { answer } = await completion.finally(() => {
      clearInterval(timer);
      isWaiting = false;
    });
    if (answer.body instanceof ReadableStream) {
      writer.releaseLock();
      await answer.body.pipeTo(writable);
      return;
    }
    exchange.notes.isBrokenOff = true;
    // A refusal that came too late for a status of its own.
    await writer.write(refusalEvent(exchange, wholeOf(answer.body)));
    await writer.close();
    exchange.settle(answer.status);
  } catch (error) {
    const shown = toApiError(error);
    exchange.notes.isBrokenOff = true;
    exchange.notes.code ??= shown.options.code;
    exchange.settle(exchange.signal.aborted ? CLIENT_GONE : shown.status);
    await writer.write(errorEvent(shown, exchange)).catch(() => undefined);
    await writer.close().catch(() => undefined);
  }
}

function refusalEvent({ protocol }: Exchange, json: Uint8Array): Uint8Array {
  const body = parseObject(json) ?? {};
  return new TextEncoder().encode(`${protocol.errorEvent(body)}\n\n`);
}
