import { EmbedLLMError, type SerializedEncoder } from '@embedllm/core';

/** SHA-256 as lower-case hexadecimal digits, by Web Crypto. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new EmbedLLMError(
      'missing-dependency',
      'Fingerprints need Web Crypto (`crypto.subtle`), which browsers offer to pages served over HTTPS or from localhost only.',
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

/**
 * Fingerprint of what an encoder serialises: its id, its settings (keys sorted) and the hash of
 * each file, so that equal fingerprints mean equal vectors.
 *
 * @returns `<id>:sha256:<64 hexadecimal digits>`.
 */
export async function fingerprintEncoder(
  id: string,
  { settings, files }: SerializedEncoder,
): Promise<string> {
  const hashes: [string, string][] = [];
  for (const name of [...files.keys()].sort()) {
    hashes.push([name, await sha256(files.get(name) ?? new Uint8Array())]);
  }
  const text = JSON.stringify([id, sortKeys(settings), hashes]);
  return `${id}:sha256:${await sha256(new TextEncoder().encode(text))}`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sortKeys(inner)]);
}
