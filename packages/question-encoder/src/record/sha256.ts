import { EmbedLLMError } from '@embedllm/core';

/** SHA-256 as lower-case hexadecimal digits, by Web Crypto. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new EmbedLLMError(
      'Fingerprints need Web Crypto (`crypto.subtle`), which browsers offer to pages served over HTTPS or from localhost only.',
      { code: 'environment' },
    );
  }
  // Web Crypto does not read shared memory, so such bytes are copied.
  const { buffer, byteOffset, byteLength } = bytes;
  const owned =
    buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer, byteOffset, byteLength)
      : Uint8Array.from(bytes);
  const digest = new Uint8Array(await subtle.digest('SHA-256', owned));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
