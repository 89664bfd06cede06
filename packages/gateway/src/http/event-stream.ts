import { ApiError } from './api-error.js';

const encoder = new TextEncoder();

/** A comment, which clients ignore, and by which proxies see that the connection is in use. */
export const HEARTBEAT: Uint8Array = encoder.encode(': keep-alive\n\n');

/** An error as an event, which clients of the OpenAI API raise. */
export function errorEvent(failure: unknown): Uint8Array {
  const message = failure instanceof Error ? failure.message : 'The answer was broken off.';
  const error =
    failure instanceof ApiError
      ? failure
      : new ApiError(502, message, { code: 'stream_interrupted' });
  // The line feed ends an event that may have been left open.
  return encoder.encode(`\ndata: ${JSON.stringify(error)}\n\n`);
}
