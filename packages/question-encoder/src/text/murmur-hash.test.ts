import { expect, it } from 'vitest';
import { murmurHash } from './murmur-hash.js';

// Widely published test values of MurmurHash3 x86_32, on bytes; code units are pairs of bytes, the
// low one first, so that the bytes 21 43 65 87 are the text U+4321 U+8765.
it.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['\uffff\uffff', 0, 0x76293b50],
  ['\u4321\u8765', 0, 0xf55b516b],
  ['\u4321\u8765', 0x5082edee, 0x2362f9de],
  ['\u4321', 0, 0xa0f7b07a],
  ['\0\0', 0, 0x2362f9de],
  ['\0', 0, 0x30f4c306],
])('gives the published hash of %j with seed %d', (text, seed, expected) => {
  expect(murmurHash(text, seed)).toBe(expected);
});

it('spreads short texts evenly over buckets and signs', () => {
  const buckets = new Array<number>(64).fill(0);
  let negative = 0;
  for (let i = 0; i < 64_000; i++) {
    const hash = murmurHash(`term ${i}`, 0);
    buckets[hash % 64]!++;
    if (hash >= 2 ** 31) negative++;
  }
  // 1,000 expected in each; six standard deviations are 190.
  expect(Math.max(...buckets.map((count) => Math.abs(count - 1000)))).toBeLessThan(190);
  expect(Math.abs(negative - 32_000)).toBeLessThan(760);
});
