import { sha256, sha256Digest } from '@embedllm/internals';

/** The SHA-256 digest of a text. */
export function digest(text: string): Promise<Uint8Array> {
  return sha256Digest(new TextEncoder().encode(text));
}

/** The same as hexadecimal digits. */
export function hexDigest(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}
