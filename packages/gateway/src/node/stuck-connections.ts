import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes connections whose clients have not read on for a while although there is more for them. A
 * connection that waits for its answer is left alone, however quiet it is.
 */
export function closeStuckConnections(server: Server, writeTimeoutMs: number): void {
  /** The last of the answers that a connection waits for. */
  const awaited = new WeakMap<Socket, ServerResponse>();
  server.on('request', ({ socket }, response: ServerResponse) => {
    awaited.set(socket, response);
    response.once('close', () => {
      if (awaited.get(socket) === response) awaited.delete(socket);
    });
  });
  server.timeout = writeTimeoutMs;
  // Node closes no connection by itself any more, not even those that are kept alive too long.
  server.on('timeout', (socket: Socket) => {
    if (!awaited.has(socket) || socket.writableLength > 0) socket.destroy();
  });
}
