import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sampleArtifact } from '../../test/sample-artifact.js';
import { fromPretrained } from './from-pretrained.js';
import { savePretrained } from './save-pretrained.js';
import { newSiblingPath, type SiblingKind, type SiblingOwner } from './sibling-folders.js';

let root: string;
let folder: string;
/** Number of a process that has ended. */
let deadPid: number;
beforeAll(() => {
  deadPid = spawnSync(process.execPath, ['-e', '']).pid;
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedllm-interrupted-'));
  folder = join(root, 'artifact');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function seedIn(path: string): Promise<number> {
  return Number((await fromPretrained(path)).encoder.fingerprint.replace('lsa:', ''));
}

const sibling = (kind: SiblingKind, owner: Partial<SiblingOwner> = {}): string =>
  newSiblingPath(folder, kind, {
    host: hostname(),
    pid: deadPid,
    createdMs: Date.now() - 1000,
    ...owner,
  });

/** An artifact with a user's note, in a folder of any name. */
async function place(path: string, seed: number, note?: string): Promise<void> {
  await savePretrained(join(root, 'workshop'), sampleArtifact(seed));
  await rename(join(root, 'workshop'), path);
  if (note !== undefined) await writeFile(join(path, 'notes.txt'), note);
}

function collectWarnings(): string[] {
  const warnings: string[] = [];
  const spy = vi
    .spyOn(process, 'emitWarning')
    .mockImplementation((warning) => void warnings.push(String(warning)));
  onTestFinished(() => spy.mockRestore());
  return warnings;
}

const notes = (): Promise<string> => readFile(join(folder, 'notes.txt'), 'utf8');

describe('a save that was killed', () => {
  it('while it wrote: the old artifact is read, the next save removes the rest', async () => {
    await place(folder, 1, 'mine');
    const complete = join(root, 'complete');
    await place(complete, 2);
    const names = await readdir(complete);
    // Every number of files that may have been written, the last of them by half.
    for (let count = 0; count <= names.length; count++) {
      const partial = sibling('partial');
      await mkdir(partial);
      for (const name of names.slice(0, count)) {
        await cp(join(complete, name), join(partial, name), { recursive: true });
      }
      const last = names[count - 1];
      if (last?.includes('.')) {
        const bytes = await readFile(join(partial, last));
        await writeFile(join(partial, last), bytes.subarray(0, bytes.length >> 1));
      }
      expect(await seedIn(folder)).toBe(1);
    }
    await rm(complete, { recursive: true });
    await savePretrained(folder, sampleArtifact(3));
    expect(await seedIn(folder)).toBe(3);
    expect(await notes()).toBe('mine');
    expect(await readdir(root)).toEqual(['artifact']);
  });

  it('between the two renames: the old artifact is read from where it is, with a warning', async () => {
    const warnings = collectWarnings();
    const previous = sibling('previous');
    await place(previous, 1, 'mine');
    await place(sibling('partial'), 2);
    expect(await seedIn(folder)).toBe(1);
    expect(await seedIn(folder)).toBe(1);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain(`The previous artifact was read from ${previous}`);
    // Reading changes nothing.
    expect(await readdir(root)).toHaveLength(2);
    await expect(savePretrained(folder, sampleArtifact(3), { overwrite: false })).rejects.toThrow(
      /already contains an artifact/,
    );
    await savePretrained(folder, sampleArtifact(3));
    expect(await seedIn(folder)).toBe(3);
    expect(await notes()).toBe('mine');
    expect(await readdir(root)).toEqual(['artifact']);
    expect(warnings).toHaveLength(2);
  });

  it('between the renames, and then an empty folder was made in its place', async () => {
    collectWarnings();
    await place(sibling('previous'), 1, 'mine');
    await mkdir(folder);
    expect(await seedIn(folder)).toBe(1);
    await savePretrained(folder, sampleArtifact(2));
    expect(await seedIn(folder)).toBe(2);
    expect(await notes()).toBe('mine');
    expect(await readdir(root)).toEqual(['artifact']);
  });

  it('before it removed the old folder: the new artifact is read', async () => {
    const warnings = collectWarnings();
    await place(sibling('previous'), 1, 'old text');
    await place(folder, 2, 'new text');
    expect(await seedIn(folder)).toBe(2);
    await savePretrained(folder, sampleArtifact(3));
    expect(await seedIn(folder)).toBe(3);
    expect(await notes()).toBe('new text');
    expect(await readdir(root)).toEqual(['artifact']);
    expect(warnings).toEqual([]);
  });

  it('while it removed the old folder: half of it is never taken for an artifact', async () => {
    const partial = sibling('partial');
    await place(partial, 1);
    await rm(join(partial, 'models.json'));
    await expect(fromPretrained(folder)).rejects.toThrow(/no such folder/);
    await place(folder, 2);
    expect(await seedIn(folder)).toBe(2);
    await savePretrained(folder, sampleArtifact(3));
    expect(await readdir(root)).toEqual(['artifact']);
  });

  it('several times: the newest of the folders set aside is read', async () => {
    collectWarnings();
    const now = Date.now();
    await place(sibling('previous', { createdMs: now - 3000 }), 1);
    await place(sibling('previous', { createdMs: now - 1000 }), 3);
    await place(sibling('previous', { createdMs: now - 2000 }), 2);
    expect(await seedIn(folder)).toBe(3);
  });
});

describe('cleaning up', () => {
  const owners: Array<[string, Partial<SiblingOwner>, boolean]> = [
    ['of a process that ended', {}, true],
    ['of a process that runs', { pid: process.ppid }, false],
    ['of this process', { pid: process.pid, createdMs: Date.now() }, false],
    ['of an earlier process with our number', { pid: process.pid, createdMs: 1 }, true],
    ['of another machine', { host: 'elsewhere' }, false],
    ['of another machine, an hour ago', { host: 'elsewhere', createdMs: Date.now() - 3.7e6 }, true],
    ['of a process that runs, an hour ago', { pid: process.ppid, createdMs: 0 }, true],
  ];

  it.each(owners)('of a folder %s', async (_, owner, removed) => {
    await place(folder, 1);
    for (const kind of ['partial', 'previous'] as const) await place(sibling(kind, owner), 2);
    await savePretrained(folder, sampleArtifact(3));
    expect(await seedIn(folder)).toBe(3);
    expect(await readdir(root)).toHaveLength(removed ? 1 : 3);
  });

  it('touches no folder of another name, and none that is not an artifact', async () => {
    await place(folder, 1);
    const others = ['.artifact.partial-x', '.artifact.previous', 'artifact.partial', '.other'];
    for (const name of others) await mkdir(join(root, name));
    const strange = sibling('previous');
    await mkdir(strange);
    await writeFile(join(strange, 'thesis.txt'), 'years of work');
    await savePretrained(folder, sampleArtifact(2));
    expect(await readdir(root)).toHaveLength(others.length + 2);
    expect(await readFile(join(strange, 'thesis.txt'), 'utf8')).toBe('years of work');
  });
});
