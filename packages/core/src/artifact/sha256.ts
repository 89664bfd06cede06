/** SHA-256 in lower-case hexadecimal, through the Web Crypto that Node, browsers and edge share. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  // Web Crypto takes no view of shared memory, so that such bytes are copied first.
  const owned = bytes.buffer instanceof ArrayBuffer ? bytes : Uint8Array.from(bytes);
  const digest = await globalThis.crypto.subtle.digest('SHA-256', owned as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
