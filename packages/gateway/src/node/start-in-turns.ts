import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { nextTurn } from '@embedllm/internals';
import { networkOf } from '../http/client-address.js';
import { FairQueue } from '../limits/fair-queue.js';

/** So many requests are begun before the event loop runs. Each takes a fraction of a millisecond. */
const STARTS_A_TURN = 16;
/** Clients that send requests without waiting for answers have a handful on their way, not hundreds. */
const UNANSWERED_A_CONNECTION = 64;

type Start = () => void;

/**
 * Begins a few requests at a time, so that the event loop runs in between: those of all connections
 * that are ready would otherwise begin in one go, and everybody else would wait for them. Addresses take
 * turns, and checks of health go first. Of one connection, a request begins when the one before has its answer: answers
 * are written in that order anyway, other connections get their turn in between, and nothing is done
 * for requests whose client has gone. A connection with many requests without an answer is closed.
 */
export function startInTurns(listener: RequestListener): RequestListener {
  /** By connections that are being answered: what else they have sent. */
  const following = new WeakMap<Socket, Start[]>();
  const waiting = new FairQueue<Start>();
  let started = 0;
  let isCounting = false;

  const run = async (): Promise<void> => {
    isCounting = true;
    do {
      await nextTurn();
      started = 0;
      while (started < STARTS_A_TURN && waiting.size > 0) {
        started++;
        waiting.shift()?.();
      }
    } while (started > 0);
    isCounting = false;
  };

  const enter = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    response.once('close', () => {
      const next = socket.writable ? following.get(socket)?.shift() : undefined;
      if (next) next();
      else following.delete(socket);
    });
    if (request.url === '/healthz') {
      listener(request, response);
      return;
    }
    if (started < STARTS_A_TURN && waiting.size === 0) {
      started++;
      listener(request, response);
    } else {
      const start = () => {
        if (socket.writable) listener(request, response);
      };
      waiting.add(inContext(start), [networkOf(socket.remoteAddress ?? '')]);
    }
    if (!isCounting) void run();
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // What else was in a packet still comes after an answer that ends its connection.
    if (!socket.writable) return;
    const behind = following.get(socket);
    if (!behind) {
      following.set(socket, []);
      enter(request, response);
    } else if (behind.length + 1 < UNANSWERED_A_CONNECTION) {
      behind.push(inContext(() => enter(request, response)));
    } else socket.destroy();
  };
}

/** The same in the asynchronous context of now. `AsyncResource.bind` takes ten times as long to make. */
function inContext(start: Start): Start {
  const resource = new AsyncResource('WaitingRequest');
  return () => resource.runInAsyncScope(start);
}
