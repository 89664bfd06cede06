import { getRequestListener } from '@hono/node-server';

/**
 * The `Response` of `@hono/node-server`, which is written as it is: the one of Node becomes a web
 * stream first, and is read from that. The package gives it out only by making it the global one, which
 * is undone here: a library leaves the globals of a program alone.
 */
export function lightResponse(): typeof Response {
  const { Request: request, Response: response } = globalThis;
  getRequestListener(() => new response());
  const light = globalThis.Response;
  Object.defineProperty(globalThis, 'Request', { value: request });
  Object.defineProperty(globalThis, 'Response', { value: response });
  return light;
}
