/**
 * MurmurHash3 x86_32 (Appleby, 2011) of a text's UTF-16 code units in little-endian order: only
 * 32-bit integer operations, so that every platform gives the same number.
 *
 * @param seed - A 32-bit unsigned integer.
 * @returns a 32-bit unsigned integer.
 */
export function murmurHash(text: string, seed: number): number {
  let hash = seed | 0;
  const paired = text.length & ~1;
  for (let i = 0; i < paired; i += 2) {
    hash ^= scramble(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  if (paired < text.length) hash ^= scramble(text.charCodeAt(paired));
  hash ^= text.length * 2;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
