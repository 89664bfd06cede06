import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { watchAnswers } from './watch-answers.js';

/**
 * Closes connections whose clients have not read on for a while although there is more for them. A
 * connection that waits for its answer is left alone, however quiet it is.
 */
export function closeStuckConnections(server: Server, writeTimeoutMs: number): void {
  const isWaiting = watchAnswers(server);
  server.timeout = writeTimeoutMs;
  // Node closes no connection by itself any more, not even those that are kept alive too long.
  server.on('timeout', (socket: Socket) => {
    if (!isWaiting(socket) || socket.writableLength > 0) socket.destroy();
  });
}
