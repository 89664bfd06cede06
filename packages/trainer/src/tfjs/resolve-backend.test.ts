import { describe, expect, it } from 'vitest';
import { resolveBackend } from './resolve-backend.js';
import type { UnavailableBackend } from './tensorflow.js';

describe('resolveBackend', () => {
  it('passes over what is not installed or not here, and says why and what to install', async () => {
    const announced: UnavailableBackend[] = [];
    const backend = await resolveBackend({
      prefer: ['tfjs-node-gpu', 'tfjs-node', 'wasm'],
      onUnavailable: (unavailable) => announced.push(unavailable),
    });
    expect(backend.kind).toBe('wasm');
    expect(backend.name).toMatch(/^tfjs wasm 4\.\d+\.\d+/);
    expect(backend.unavailable).toEqual(announced);
    expect(announced.map(({ kind }) => kind)).toEqual(['tfjs-node-gpu', 'tfjs-node']);
    expect(announced[0]?.reason).toMatch(/npm install @tensorflow\/tfjs-node-gpu.*CUDA 11\.2/);
    expect(announced[1]?.reason).toMatch(/npm install @tensorflow\/tfjs-node`/);
  });

  it('fails with every reason when none works', async () => {
    await expect(resolveBackend({ prefer: ['tfjs-node-gpu', 'tfjs-node'] })).rejects.toMatchObject({
      code: 'missing-dependency',
      message: expect.stringMatching(/tfjs-node-gpu: .*tfjs-node: /),
    });
  });

  it('switches between backends of one process', async () => {
    const wasm = await resolveBackend({ prefer: ['wasm'] });
    const cpu = await resolveBackend({ prefer: ['cpu'] });
    expect(cpu.tf.getBackend()).toBe('cpu');
    await wasm.activate();
    expect(cpu.tf.getBackend()).toBe('wasm');
  });

  it('refuses an empty list', async () => {
    await expect(resolveBackend({ prefer: [] })).rejects.toThrow(/is empty/);
  });
});
