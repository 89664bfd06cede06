import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches which connections wait for an answer: a client may send several requests before the first
 * answer, so it is the last of them that counts.
 *
 * @param onAnswered - Called when a connection has its last answer, or is gone.
 * @returns whether a connection waits for an answer.
 */
export function watchAnswers(
  server: Server,
  onAnswered?: (socket: Socket) => void,
): (socket: Socket) => boolean {
  const awaited = new WeakMap<Socket, ServerResponse>();
  server.on('request', ({ socket }, response: ServerResponse) => {
    awaited.set(socket, response);
    response.once('close', () => {
      if (awaited.get(socket) !== response) return;
      awaited.delete(socket);
      onAnswered?.(socket);
    });
  });
  return (socket) => awaited.has(socket);
}
