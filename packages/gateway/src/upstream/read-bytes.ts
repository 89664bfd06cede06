import type { CallDeadline } from './call-deadline.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';

/** What was read of a body. */
interface Read {
  /** In all as many bytes as asked for, or somewhat more where there are more. */
  readonly pieces: readonly Uint8Array[];
  readonly length: number;
  readonly isWhole: boolean;
}

/** Reads a body up to a number of bytes; the connection of a longer one is given up. */
export async function readBytes(
  { body }: Pick<GatewayFetchResponse, 'body'>,
  maxBytes: number,
  deadline?: CallDeadline,
): Promise<Read> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const take = (chunk: Uint8Array): boolean => {
    deadline?.expect('idleMs');
    length += chunk.length;
    pieces.push(chunk);
    return length <= maxBytes;
  };
  const isWhole = body === null || (await readAll(body, take));
  return { pieces, length, isWhole };
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
