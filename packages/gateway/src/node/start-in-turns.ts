import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { nextTurn } from '@embedllm/internals';

/** So many requests are begun before the event loop runs. Each takes a fraction of a millisecond. */
const STARTS_A_TURN = 16;
/** Clients that send requests without waiting for answers have a handful on their way, not hundreds. */
const UNANSWERED_A_CONNECTION = 64;

/**
 * Begins a few requests at a time, so that the event loop runs in between: all requests that a
 * connection brought in one packet, and those of all connections that are ready, would otherwise begin
 * in one go, and everybody else would wait for them. Checks of health go first. A connection with
 * hundreds of requests without an answer is closed.
 */
export function startInTurns(listener: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>();
  const waiting: (() => void)[] = [];
  let started = 0;
  let isCounting = false;

  const run = async (): Promise<void> => {
    isCounting = true;
    do {
      await nextTurn();
      started = 0;
      while (started < STARTS_A_TURN && waiting.length > 0) {
        started++;
        waiting.shift()?.();
      }
    } while (started > 0);
    isCounting = false;
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // What else was in a packet still comes once its connection has been closed.
    if (socket.destroyed) return;
    const before = unanswered.get(socket) ?? 0;
    if (before >= UNANSWERED_A_CONNECTION) {
      socket.destroy();
      return;
    }
    unanswered.set(socket, before + 1);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    if (request.url === '/healthz') {
      listener(request, response);
      return;
    }
    if (started < STARTS_A_TURN && waiting.length === 0) {
      started++;
      listener(request, response);
    } else {
      const start = AsyncResource.bind(() => {
        if (!socket.destroyed) listener(request, response);
      });
      waiting.push(start);
    }
    if (!isCounting) void run();
  };
}
