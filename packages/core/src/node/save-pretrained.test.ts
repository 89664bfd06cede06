import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bitsOf, randomMatrix, sampleArtifact } from '../../test/sample-artifact.js';
import type { Artifact } from '../artifact/artifact.js';
import { fromPretrained } from './from-pretrained.js';
import { savePretrained } from './save-pretrained.js';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'embedllm-save-')));
  folder = join(root, 'artifact');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Which seed the artifact in the folder was made from; throws unless it is whole. */
async function seedIn(path: string): Promise<number> {
  return Number((await fromPretrained(path)).encoder.fingerprint.replace('lsa:', ''));
}

const withoutEncoderFiles = (seed: number): Artifact => {
  const { calibration: _, ...artifact } = sampleArtifact(seed);
  return { ...artifact, encoder: { ...artifact.encoder, files: new Map() } };
};

describe('savePretrained', () => {
  it('gives bit-equal scores and every other part back', async () => {
    const artifact = sampleArtifact();
    await savePretrained(join(root, 'made', 'on', 'the', 'way'), artifact);
    const loaded = await fromPretrained(join(root, 'made/on/the/way'));
    const { model, modelCard, ...rest } = loaded;
    const { model: original, ...expected } = artifact;
    expect(rest).toEqual(expected);
    expect(modelCard).toContain('# EmbedLLM artifact');
    const questions = randomMatrix(40, 6, 5);
    expect(bitsOf(model.score(questions))).toEqual(bitsOf(original.score(questions)));
  });

  it('replaces an artifact with everything that belonged to it, and leaves nothing next to it', async () => {
    await savePretrained(folder, sampleArtifact(1));
    await savePretrained(folder, withoutEncoderFiles(2));
    expect(await seedIn(folder)).toBe(2);
    expect((await readdir(folder)).sort()).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'models.json',
    ]);
    expect(await readdir(root)).toEqual(['artifact']);
  });

  it('saves into an empty folder', async () => {
    await mkdir(folder);
    await savePretrained(folder, sampleArtifact(), { overwrite: false });
    expect(await seedIn(folder)).toBe(1);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await savePretrained(folder, sampleArtifact(2));
    expect(await seedIn(folder)).toBe(2);
    expect(await readdir(root)).toEqual(['artifact']);
  });

  it('does not replace an artifact when overwrite is false', async () => {
    await savePretrained(folder, sampleArtifact(1), { overwrite: false });
    await expect(savePretrained(folder, sampleArtifact(2), { overwrite: false })).rejects.toThrow(
      /already contains an artifact, and overwrite is false/,
    );
    expect(await seedIn(folder)).toBe(1);
    expect(await readdir(root)).toEqual(['artifact']);
  });

  it('leaves alone what is not an artifact', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'thesis.txt'), 'years of work');
    await expect(savePretrained(folder, sampleArtifact())).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(
          /artifact contains something other than an EmbedLLM artifact/,
        ),
      }),
    );
    await writeFile(join(folder, 'config.json'), '{"model_type":"bert"}');
    await expect(savePretrained(folder, sampleArtifact())).rejects.toThrow(
      /other than an EmbedLLM/,
    );
    expect((await readdir(folder)).sort()).toEqual(['config.json', 'thesis.txt']);
    const file = join(root, 'file');
    await writeFile(file, 'text');
    await expect(savePretrained(file, sampleArtifact())).rejects.toThrow(/other than an EmbedLLM/);
    expect(await readFile(file, 'utf8')).toBe('text');
    expect((await readdir(root)).sort()).toEqual(['artifact', 'file']);
  });

  it('carries over the files in the folder that are not part of the artifact', async () => {
    await savePretrained(folder, sampleArtifact(1));
    await writeFile(join(folder, 'notes.txt'), 'remember');
    await mkdir(join(folder, '.git', 'objects'), { recursive: true });
    await mkdir(join(folder, 'empty'));
    await writeFile(join(folder, '.git', 'objects', 'ab'), 'blob');
    await writeFile(join(folder, 'run.sh'), '#!/bin/sh\n');
    await chmod(join(folder, 'run.sh'), 0o755);
    await writeFile(join(folder, 'encoder', 'mine.txt'), 'also mine');
    await symlink('../elsewhere', join(folder, 'link'));
    await savePretrained(folder, withoutEncoderFiles(2));
    await savePretrained(folder, withoutEncoderFiles(3));
    expect(await seedIn(folder)).toBe(3);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('remember');
    expect(await readFile(join(folder, '.git/objects/ab'), 'utf8')).toBe('blob');
    expect((await stat(join(folder, 'empty'))).isDirectory()).toBe(true);
    expect((await stat(join(folder, 'run.sh'))).mode & 0o777).toBe(0o755);
    expect(await readlink(join(folder, 'link'))).toBe('../elsewhere');
    expect(await readdir(join(folder, 'encoder'))).toEqual(['mine.txt']);
  });

  it('refuses to write over a file of the user that has the name of a new one', async () => {
    await savePretrained(folder, withoutEncoderFiles(1));
    await mkdir(join(folder, 'encoder'));
    await writeFile(join(folder, 'encoder', 'vocabulary.json'), 'mine');
    await expect(savePretrained(folder, sampleArtifact(2))).rejects.toThrow(
      `${folder}/encoder/vocabulary.json is not part of the artifact`,
    );
    expect(await seedIn(folder)).toBe(1);
    expect(await readFile(join(folder, 'encoder/vocabulary.json'), 'utf8')).toBe('mine');
    await rm(join(folder, 'encoder'), { recursive: true });
    await writeFile(join(folder, 'encoder'), 'a file where a folder must be');
    await expect(savePretrained(folder, sampleArtifact(2))).rejects.toThrow(
      /encoder is not part of the artifact/,
    );
    expect(await readdir(root)).toEqual(['artifact']);
  });

  it('keeps every model card that somebody edited', async () => {
    await savePretrained(folder, sampleArtifact(1));
    await savePretrained(folder, sampleArtifact(2));
    expect(await readdir(folder)).not.toContain('README.previous.md');
    for (const text of ['first', 'second', 'second', 'third']) {
      await writeFile(join(folder, 'README.md'), text);
      await savePretrained(folder, sampleArtifact(3));
      expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('# EmbedLLM artifact');
    }
    const cards = (await readdir(folder)).filter((name) => name.startsWith('README.previous'));
    const texts = await Promise.all(cards.map((name) => readFile(join(folder, name), 'utf8')));
    expect([...new Set(texts)].sort()).toEqual(['first', 'second', 'third']);
    expect(cards).toContain('README.previous.md');
  });

  it('puts an edited card in place when it is given back', async () => {
    await savePretrained(folder, sampleArtifact(1));
    await writeFile(join(folder, 'README.md'), '# Edited');
    await savePretrained(folder, await fromPretrained(folder));
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('# Edited');
    expect(await readdir(folder)).not.toContain('README.previous.md');
  });

  it('replaces a damaged artifact, keeping the files that are not named in it', async () => {
    await savePretrained(folder, sampleArtifact(1));
    await writeFile(join(folder, 'notes.txt'), 'remember');
    await writeFile(join(folder, 'model.safetensors'), 'damaged');
    const config = await readFile(join(folder, 'config.json'), 'utf8');
    await writeFile(
      join(folder, 'config.json'),
      config.replace('"dimensions": 4', '"dimensions": 5'),
    );
    await savePretrained(folder, sampleArtifact(2));
    expect(await seedIn(folder)).toBe(2);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('remember');
  });

  it('follows a symbolic link, which stays one', async () => {
    await symlink('versions/1', folder);
    await mkdir(join(root, 'versions'));
    await savePretrained(folder, sampleArtifact(1));
    await savePretrained(folder, sampleArtifact(2));
    expect((await lstat(folder)).isSymbolicLink()).toBe(true);
    expect(await seedIn(join(root, 'versions', '1'))).toBe(2);
    await symlink('round', join(root, 'round'));
    await expect(savePretrained(join(root, 'round'), sampleArtifact())).rejects.toThrow(
      /form a loop/,
    );
  });

  it('does not pull the working directory away', async () => {
    await savePretrained(folder, sampleArtifact(1));
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(join(folder, 'encoder'));
    onTestFinished(() => cwd.mockRestore());
    await expect(savePretrained(folder, sampleArtifact(2))).rejects.toThrow(/working directory/);
    cwd.mockReturnValue(`${folder}-other`);
    await savePretrained(folder, sampleArtifact(2));
  });

  it('keeps the permissions of the folder', async () => {
    await savePretrained(folder, sampleArtifact(1));
    expect((await stat(folder)).mode & 0o777).toBe(0o777 & ~process.umask());
    await chmod(folder, 0o750);
    await savePretrained(folder, sampleArtifact(2));
    expect((await stat(folder)).mode & 0o777).toBe(0o750);
  });

  it('stops at a signal wherever it comes, and leaves the folder as it was', async () => {
    await savePretrained(folder, sampleArtifact(1));
    await writeFile(join(folder, 'notes.txt'), 'remember');
    let looks = 0;
    for (let stopAt = 1; ; stopAt++) {
      const controller = new AbortController();
      const { signal } = controller;
      looks = 0;
      // Aborts when the signal is looked at for the n-th time, whenever that is.
      vi.spyOn(signal, 'throwIfAborted').mockImplementation(() => {
        if (++looks === stopAt) controller.abort(new Error('stopped by the caller'));
        if (signal.aborted) throw signal.reason;
      });
      const saved = savePretrained(folder, sampleArtifact(2), { signal });
      if (
        await saved.then(
          () => true,
          (error) => !(error as Error).message.includes('stopped'),
        )
      ) {
        break;
      }
      expect(await seedIn(folder)).toBe(1);
      expect(await readdir(root)).toEqual(['artifact']);
    }
    expect(looks).toBeGreaterThan(7);
    expect(await seedIn(folder)).toBe(2);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('remember');
  });

  it('reports what the system says when it cannot write', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await expect(savePretrained(join(file, 'artifact'), sampleArtifact())).rejects.toThrow(
      expect.objectContaining({
        code: 'io',
        message: expect.stringMatching(
          /Cannot save .*artifact: .*(not a directory|exists|no such)/,
        ),
        cause: expect.objectContaining({ syscall: expect.any(String) }),
      }),
    );
  });

  it('lets several saves and loads run at once: the last save stays, loads see whole ones', async () => {
    await savePretrained(folder, sampleArtifact(1));
    await writeFile(join(folder, 'notes.txt'), 'remember');
    const seeds = [2, 3, 4, 5, 6];
    const seen = new Set<number>();
    let saving = true;
    const load = async (): Promise<void> => {
      while (saving) seen.add(await seedIn(folder));
    };
    const save = async (): Promise<void> => {
      for (let round = 0; round < 4; round++) {
        await Promise.all(seeds.map((seed) => savePretrained(folder, sampleArtifact(seed))));
      }
      saving = false;
    };
    const warn = vi.spyOn(process, 'emitWarning');
    onTestFinished(() => warn.mockRestore());
    await Promise.all([save(), load(), load()]);
    expect(warn).not.toHaveBeenCalled();
    for (const seed of seen) expect([1, ...seeds]).toContain(seed);
    expect(seeds).toContain(await seedIn(folder));
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('remember');
    expect(await readdir(dirname(folder))).toEqual(['artifact']);
  });
});
