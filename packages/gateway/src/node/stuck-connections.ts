import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes connections whose clients have not read on for a while although there is more for them. A
 * connection that waits for its answer is left alone, however quiet it is.
 */
export function closeStuckConnections(server: Server, writeTimeoutMs: number): void {
  const answering = new WeakMap<Socket, ServerResponse>();
  server.on('request', ({ socket }, response: ServerResponse) => {
    answering.set(socket, response);
    response.once('close', () => answering.delete(socket));
  });
  server.timeout = writeTimeoutMs;
  // Node closes no connection by itself any more, not even those that are kept alive too long.
  server.on('timeout', (socket: Socket) => {
    const response = answering.get(socket);
    if (!response || response.writableNeedDrain) socket.destroy();
  });
}
