import { joinBytes } from '../http/join-bytes.js';
import type { CallDeadline } from './call-deadline.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';

/** What was read of a body. */
interface Read {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isWhole: boolean;
}

/** Reads a body up to a number of bytes; the connection of a longer one is given up. */
export async function readBytes(
  { body }: GatewayFetchResponse,
  maxBytes: number,
  deadline?: CallDeadline,
): Promise<Read> {
  if (!body) return { bytes: new Uint8Array(0), isWhole: true };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const take = (chunk: Uint8Array): boolean => {
    deadline?.expect('idleMs');
    length += chunk.length;
    chunks.push(chunk);
    return length <= maxBytes;
  };
  const isWhole = await readAll(body, take);
  const bytes = joinBytes(chunks);
  return isWhole ? { bytes, isWhole } : { bytes: bytes.subarray(0, maxBytes), isWhole };
}

/** @returns whether all was taken. */
async function readAll(
  body: AsyncIterable<Uint8Array>,
  take: (chunk: Uint8Array) => boolean,
): Promise<boolean> {
  // Leaving the loop cancels the body.
  for await (const chunk of body) if (!take(chunk)) return false;
  return true;
}
