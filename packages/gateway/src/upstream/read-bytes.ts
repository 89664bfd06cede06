import { joinBytes } from '../http/join-bytes.js';
import type { CallDeadline } from './call-deadline.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';

/** What was read of a body. */
interface Read {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isWhole: boolean;
}

/** What is used of a stream of Node. */
interface NodeStream {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): unknown;
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
  const isWhole = isNodeStream(body) ? await readEvents(body, take) : await readAll(body, take);
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

/** The same by events, which take a fraction of what an iterator of the stream does. */
function readEvents(body: NodeStream, take: (chunk: Uint8Array) => boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (isWhole: boolean): void => {
      isOver = true;
      resolve(isWhole);
    };
    body.on('data', (chunk) => {
      if (isOver || take(chunk)) return;
      finish(false);
      body.destroy();
    });
    body.on('end', () => finish(true));
    body.on('error', reject);
    body.on('close', () => {
      // Every body closes in the end: an error is dear to make.
      if (!isOver) reject(new Error('The body broke off.'));
    });
  });
}

function isNodeStream(body: object): body is NodeStream {
  return 'on' in body && typeof body.on === 'function' && 'destroy' in body;
}
