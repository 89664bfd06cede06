import { sha256Digest } from '@embedllm/internals';

/**
 * Node's own hash, which takes a microsecond; Web Crypto sends each text to another thread and back.
 * Looked up instead of imported, so that the gateway runs where there is none.
 */
const node: { hash(algorithm: string, data: string, encoding: 'buffer'): Uint8Array } | undefined =
  globalThis.process?.getBuiltinModule?.('node:crypto');

/** The SHA-256 digest of a text. */
export async function digest(text: string): Promise<Uint8Array> {
  return node?.hash('sha256', text, 'buffer') ?? sha256Digest(new TextEncoder().encode(text));
}

/** The same as hexadecimal digits. */
export async function hexDigest(text: string): Promise<string> {
  return Array.from(await digest(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
