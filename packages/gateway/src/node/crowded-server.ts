import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { watchAnswers } from './watch-answers.js';

/** A connection that has not brought a request yet may be told apart from a silent one after this. */
const GRACE_MS = 1000;

/**
 * Keeps a server within a number of connections by closing those that are of no use: when one more
 * comes, the oldest that has not brought a request for a second goes, or else the one that has been
 * idle for longest. Only where all are in use is the new one refused. So nobody shuts others out
 * with connections that do nothing.
 */
export function limitConnections(server: Server, limit: number): void {
  const silent = new Map<Socket, number>();
  const idle = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open++;
    silent.set(socket, performance.now());
    socket.once('close', () => {
      open--;
      silent.delete(socket);
      idle.delete(socket);
    });
    if (open > limit) (oldestSilent() ?? first(idle) ?? socket).destroy();
  });
  server.on('request', ({ socket }) => {
    silent.delete(socket);
    idle.delete(socket);
  });
  watchAnswers(server, (socket) => {
    if (!socket.destroyed) idle.add(socket);
  });

  /** In the order in which they came. */
  function oldestSilent(): Socket | undefined {
    const [oldest] = silent;
    if (!oldest) return undefined;
    const [socket, since] = oldest;
    return performance.now() - since > GRACE_MS ? socket : undefined;
  }
}

function first<T>(all: Iterable<T>): T | undefined {
  for (const one of all) return one;
  return undefined;
}
