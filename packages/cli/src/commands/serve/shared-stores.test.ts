import type { ReloadNotices } from '@embedllm/cluster/gateway';
import { describe, expect, it } from 'vitest';
import { SharedReloads } from './shared-stores.js';

/** Notices among replicas of one process; none hears its own. */
function noticesOf(count: number): ReloadNotices[] {
  const listeners = Array.from({ length: count }, () => new Set<(version: string) => void>());
  return listeners.map((own, index) => ({
    tell(version) {
      for (const [other, hears] of listeners.entries()) {
        if (other !== index) for (const hear of hears) hear(version);
      }
    },
    listen(hear) {
      own.add(hear);
      return () => own.delete(hear);
    },
  }));
}

describe('replicas that reload with each other', () => {
  it('reload once when one of them serves something new, and say so where they cannot', async () => {
    const versions = ['1', '1', '1'];
    const said: string[] = [];
    const replicas = noticesOf(3).map((notices, index) => {
      const reloads = new SharedReloads(notices, async () => versions[index] ?? '');
      const reload = async (): Promise<boolean> => {
        said.push(`${index} reloads`);
        await reloads.served();
        return true;
      };
      reloads.follow(reload, () => said.push(`${index} has another`));
      return { reloads, reload };
    });
    for (const { reloads } of replicas) await reloads.served();
    // The folder of two of them is the same; nothing has come to the third.
    versions[0] = '2';
    versions[1] = '2';
    await replicas[0]?.reload();
    await expect.poll(() => said).toHaveLength(3);
    expect(said[0]).toBe('0 reloads');
    expect(new Set(said.slice(1))).toEqual(new Set(['1 reloads', '2 has another']));
    // The file watch of the second finds out too.
    await replicas[1]?.reloads.served();
    expect(said).toHaveLength(3);
  });
});
