import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Gateway } from '../gateway.js';

/** How long a shutdown may take, in milliseconds. */
export interface DrainSettings {
  readonly drainMs: number;
  readonly shutdownTimeoutMs: number;
}

/** What a shutdown needs to know of the connections of a server. */
export interface ConnectionWatch {
  /**
   * Connections that have never brought a request, which Node does not count among the idle ones:
   * some clients open one in advance.
   */
  readonly unused: ReadonlySet<Socket>;
  /** When the last request for more than a check of health came, by `performance.now()`. */
  readonly lastRequestMs: number;
}

/** After an abort, for the last events to reach their clients. */
const FAREWELL_MS = 1000;
const SWEEP_MS = 50;

/** Watches the connections of a server from its start. */
export function watchConnections(server: Server): ConnectionWatch {
  const unused = new Set<Socket>();
  let lastRequestMs = Number.NEGATIVE_INFINITY;
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket, url }) => {
    unused.delete(socket);
    if (url?.startsWith('/v1/')) lastRequestMs = performance.now();
  });
  return {
    unused,
    get lastRequestMs() {
      return lastRequestMs;
    },
  };
}

/**
 * Stops a server without losing a request: first `/readyz` fails and answers ask for their
 * connections to be closed, while requests are still taken, for `drainMs` and until none has come
 * for as long; then no connection is taken any more and running answers end; at last, when
 * `shutdownTimeoutMs` have passed after `drainMs`, those that still run are broken off and say so.
 *
 * @returns how many were broken off.
 */
export async function drainServer(
  server: Server,
  gateway: Gateway,
  connections: ConnectionWatch,
  { drainMs, shutdownTimeoutMs }: DrainSettings,
): Promise<{ readonly broken: number }> {
  gateway.drain();
  const begin = performance.now();
  const deadline = begin + drainMs + shutdownTimeoutMs;
  for (let until = begin + drainMs; performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, until - performance.now()));
    until = Math.min(deadline, connections.lastRequestMs + drainMs);
  }
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const left = Math.max(0, deadline - performance.now());
  let broken = 0;
  const abort = setTimeout(() => {
    broken = gateway.inFlight;
    gateway.abort(new Error('The gateway is shutting down.'));
  }, left);
  const cut = setTimeout(() => server.closeAllConnections(), left + FAREWELL_MS);
  // Connections of answers that began before the drain were promised to stay open.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    for (const socket of connections.unused) if (socket.bytesRead === 0) socket.destroy();
  }, SWEEP_MS);
  await closed;
  clearTimeout(abort);
  clearTimeout(cut);
  clearInterval(sweep);
  return { broken };
}
