import { describe, expect, it, vi } from 'vitest';
import { type EngineFallback, resolveEngine } from './resolve-engine.js';

// What Node throws where the optional peer is not installed.
vi.mock('onnxruntime-node', () => {
  throw Object.assign(new Error("Cannot find package 'onnxruntime-node'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
});

describe('resolveEngine without onnxruntime-node', () => {
  it('falls back to TypeScript and says so', async () => {
    const announcements: EngineFallback[] = [];
    const engine = await resolveEngine({
      onFallback: (announcement) => announcements.push(announcement),
    });
    expect(engine.name).toBe('typescript (1 thread)');
    expect(announcements).toHaveLength(1);
    expect(announcements[0]).toMatchObject({ unavailable: 'onnxruntime', next: 'typescript' });
    expect(announcements[0]?.reason.message).toMatch(/npm install onnxruntime-node/);
  });

  it('fails when nothing else may be used', async () => {
    await expect(resolveEngine({ prefer: ['onnxruntime'] })).rejects.toMatchObject({
      code: 'missing-dependency',
    });
  });
});
