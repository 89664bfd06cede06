import { joinBytes } from '../http/join-bytes.js';
import type { CallDeadline } from './call-deadline.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';

/** Reads a body up to a number of bytes; the connection of a longer one is given up. */
export async function readBytes(
  response: GatewayFetchResponse,
  maxBytes: number,
  deadline?: CallDeadline,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly isWhole: boolean }> {
  if (!response.body) return { bytes: new Uint8Array(0), isWhole: true };
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    deadline?.expect('idleMs');
    length += chunk.length;
    chunks.push(chunk);
    // Leaving the loop cancels the body.
    if (length > maxBytes) {
      return { bytes: joinBytes(chunks).subarray(0, maxBytes), isWhole: false };
    }
  }
  return { bytes: joinBytes(chunks), isWhole: true };
}
