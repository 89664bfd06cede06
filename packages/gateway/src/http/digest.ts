import { sha256Digest } from '@embedllm/internals';

/** What is used of `node:crypto`. */
interface NodeCrypto {
  hash(algorithm: string, data: string | Uint8Array, encoding: 'buffer'): Uint8Array;
}

/**
 * Node's own hash, which takes a microsecond; Web Crypto sends each text to another thread and back.
 * Looked up instead of imported, so that the gateway runs where there is none.
 */
const node: NodeCrypto | undefined = globalThis.process?.getBuiltinModule?.('node:crypto');

/** What is longer takes a millisecond and more. */
const LONG = 262_144;

/** The SHA-256 digest of a text, or of bytes. */
export async function digest(data: string | Uint8Array): Promise<Uint8Array> {
  if (node && data.length <= LONG) return node.hash('sha256', data, 'buffer');
  return await sha256Digest(typeof data === 'string' ? new TextEncoder().encode(data) : data);
}

/** The same as hexadecimal digits. */
export async function hexDigest(data: string | Uint8Array): Promise<string> {
  return Array.from(await digest(data), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
