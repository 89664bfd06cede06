import { expect, it, vi } from 'vitest';

// Whoever does not use TensorFlow.js need not have it.
vi.mock('@tensorflow/tfjs-core', () => {
  throw new Error('The main entry loads TensorFlow.js.');
});
vi.mock('onnxruntime-node', () => {
  throw new Error('The main entry loads ONNX Runtime.');
});

it('the main entry loads without any optional peer', async () => {
  const { trainDirect, readPublishedCheckpoint, compare } = await import('../src/index.js');
  expect([trainDirect, readPublishedCheckpoint, compare].every(Boolean)).toBe(true);
  await expect(import('@tensorflow/tfjs-core')).rejects.toThrow();
});
