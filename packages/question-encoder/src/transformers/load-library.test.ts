import { expect, it } from 'vitest';
import { loadLibrary } from './load-library.js';

it('says what to install when transformers.js is missing', async () => {
  const loading = loadLibrary(
    () => import(/* @vite-ignore */ String('@huggingface/transformers/absent')),
  );
  await expect(loading).rejects.toMatchObject({ code: 'missing-dependency' });
  const missing = () =>
    Promise.reject(new Error("Cannot find package '@huggingface/transformers' imported from x"));
  await expect(loadLibrary(missing)).rejects.toThrow(/npm install @huggingface\/transformers/);
});

it('says why when transformers.js is there but does not load', async () => {
  const broken = () => Promise.reject(new Error('libonnxruntime.so.1: cannot open'));
  await expect(loadLibrary(broken)).rejects.toThrow(/does not load: libonnxruntime\.so\.1/);
});

it('loads the real library, whose native parts work without their install scripts', async () => {
  const { env } = await loadLibrary();
  expect(env.version).toMatch(/^4\./);
});
