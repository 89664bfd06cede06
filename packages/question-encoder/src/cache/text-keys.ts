import { sha256 } from '@embedllm/internals';

/** Bytes in flight at once: Web Crypto copies what it hashes. */
const MAX_PENDING_CHARACTERS = 4_000_000;
const MAX_PENDING_TEXTS = 1024;

/**
 * The key of each text: SHA-256 of the encoder's fingerprint and the text, as 64 lower-case
 * hexadecimal digits. Texts are hashed as UTF-16, because UTF-8 would make one of all texts that
 * differ in unpaired surrogates only.
 *
 * @throws the signal's reason after an abort.
 */
export async function textKeys(
  fingerprint: string,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  const keys: string[] = [];
  let pending: Promise<string>[] = [];
  let characters = 0;
  for (const text of texts) {
    // The length in front keeps a text from passing for the end of another fingerprint.
    pending.push(sha256(utf16(`${fingerprint.length}:${fingerprint}${text}`)));
    characters += text.length;
    if (pending.length < MAX_PENDING_TEXTS && characters < MAX_PENDING_CHARACTERS) continue;
    keys.push(...(await Promise.all(pending)));
    pending = [];
    characters = 0;
    signal?.throwIfAborted();
  }
  keys.push(...(await Promise.all(pending)));
  return keys;
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 0xff;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}
