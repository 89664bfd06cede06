import { expect, it, vi } from 'vitest';
import { sha256 } from './sha256.js';

it('gives the digest of the standard’s example', async () => {
  // FIPS 180-4, SHA-256 of "abc".
  expect(await sha256(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

it.each([[{}], [undefined]])('says where Web Crypto is missing: crypto = %j', async (crypto) => {
  vi.stubGlobal('crypto', crypto);
  await expect(sha256(new Uint8Array(1))).rejects.toMatchObject({
    name: 'EmbedLLMError',
    code: 'environment',
    message: expect.stringMatching(/HTTPS or from localhost/),
  });
});
