import { EmbedLLMError } from '../errors/errors.js';

/** SHA-256 in lower-case hexadecimal. Throws as `sha256Digest` does. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await sha256Digest(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The 32 bytes of SHA-256, through the Web Crypto that Node, browsers and edge share.
 *
 * @throws EmbedLLMError `environment` where there is none: browsers keep it from pages that
 * come over plain HTTP.
 */
export async function sha256Digest(bytes: Uint8Array): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new EmbedLLMError(
      'Checksums and fingerprints need Web Crypto (`crypto.subtle`), which browsers provide only on pages served over HTTPS or from localhost.',
      { code: 'environment' },
    );
  }
  // Web Crypto takes no view of shared memory, so that such bytes are copied first.
  const { buffer, byteOffset, byteLength } = bytes;
  const owned =
    buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer, byteOffset, byteLength)
      : Uint8Array.from(bytes);
  return new Uint8Array(await subtle.digest('SHA-256', owned));
}
