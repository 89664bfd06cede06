import type { Protocol } from '../protocol/protocol.js';
import { ApiError } from './api-error.js';

const encoder = new TextEncoder();

/** A comment, which clients ignore, and by which proxies see that the connection is in use. */
export const HEARTBEAT: Uint8Array = encoder.encode(': keep-alive\n\n');

/** An error as an event, which clients of the protocol raise. */
export function errorEvent(
  failure: unknown,
  { protocol, requestId }: { readonly protocol: Protocol; readonly requestId: string },
): Uint8Array {
  const message = failure instanceof Error ? failure.message : 'The answer was interrupted.';
  const error =
    failure instanceof ApiError
      ? failure
      : new ApiError(502, message, { code: 'stream_interrupted' });
  // The line feed ends an event that may have been left open.
  return encoder.encode(`\n${protocol.errorEvent(protocol.errorBody(error, requestId))}\n\n`);
}
