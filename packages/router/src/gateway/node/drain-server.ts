import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Gateway } from '../gateway.js';

/** How long a shutdown may take, in milliseconds. */
export interface DrainSettings {
  readonly drainMs: number;
  readonly shutdownTimeoutMs: number;
}

/** After an abort, for the last events to reach their clients. */
const FAREWELL_MS = 1000;
const SWEEP_MS = 50;

/**
 * The connections that have never brought a request, which Node does not count among the idle ones:
 * some clients open one in advance.
 */
export function trackUnused(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  return unused;
}

/**
 * Stops a server without losing a request: first `/readyz` fails and answers ask for their
 * connections to be closed, while requests are still taken; then no connection is taken any more
 * and running answers end; at last those that take too long are broken off, and say so.
 *
 * @param unused - As `trackUnused` keeps it.
 */
export async function drainServer(
  server: Server,
  gateway: Gateway,
  unused: ReadonlySet<Socket>,
  { drainMs, shutdownTimeoutMs }: DrainSettings,
): Promise<void> {
  gateway.drain();
  await new Promise((resolve) => setTimeout(resolve, drainMs));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const abort = setTimeout(
    () => gateway.abort(new Error('The gateway is shutting down.')),
    shutdownTimeoutMs,
  );
  const cut = setTimeout(() => server.closeAllConnections(), shutdownTimeoutMs + FAREWELL_MS);
  // Connections of answers that began before the drain were promised to stay open.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
  }, SWEEP_MS);
  await closed;
  clearTimeout(abort);
  clearTimeout(cut);
  clearInterval(sweep);
}
