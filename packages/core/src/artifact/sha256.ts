import { EmbedLLMError } from '@embedllm/internals';

/**
 * SHA-256 in lower-case hexadecimal, through the Web Crypto that Node, browsers and edge share.
 *
 * @throws EmbedLLMError `environment` where there is none: browsers keep it from pages that
 * come over plain HTTP.
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new EmbedLLMError(
      'Checking an artifact needs Web Crypto (`crypto.subtle`), which browsers offer to pages served over HTTPS or from localhost only.',
      { code: 'environment' },
    );
  }
  // Web Crypto takes no view of shared memory, so that such bytes are copied first.
  const owned = bytes.buffer instanceof ArrayBuffer ? bytes : Uint8Array.from(bytes);
  const digest = await subtle.digest('SHA-256', owned as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
