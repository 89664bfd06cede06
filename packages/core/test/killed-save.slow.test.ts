import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromPretrained } from '../src/node/from-pretrained.js';
import { savePretrained } from '../src/node/save-pretrained.js';
import { Random } from '../src/random/random.js';
import { sampleArtifact } from './sample-artifact.js';

const child = fileURLToPath(new URL('./save-in-child.mjs', import.meta.url));

let root: string;
let folder: string;
beforeAll(() => {
  if (!existsSync(new URL('../dist/node.js', import.meta.url))) {
    throw new Error('The child processes run the built package: run the build first.');
  }
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedllm-killed-'));
  folder = join(root, 'artifact');
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true, force: true });
});

/** The version in the folder; throws unless every part of the artifact has the same one. */
async function versionIn(path: string): Promise<number> {
  const { model, models, encoder, training, metrics, modelCard } = await fromPretrained(path);
  const version = metrics.version ?? Number.NaN;
  const { modelEmbeddings, projection, projectionBias, classifier, classifierBias } = model;
  for (const { data } of [modelEmbeddings, projection, classifier]) {
    expect(new Set(data)).toEqual(new Set([version]));
  }
  expect(new Set([...projectionBias, ...classifierBias])).toEqual(new Set([version]));
  expect(models).toEqual([{ name: `model-${version}` }]);
  expect(encoder.fingerprint).toBe(String(version));
  expect(encoder.files?.get('data.bin')).toEqual(new Uint8Array(1000).fill(version));
  expect(training.dataFingerprint).toBe(String(version));
  if (modelCard !== 'edited') expect(modelCard).toContain(`- \`model-${version}\``);
  return version;
}

describe('savePretrained, killed', () => {
  it('before any of its steps: the old or the new artifact is whole, and no note is lost', async () => {
    const template = join(root, 'template');
    expect(spawnSync(process.execPath, [child, 'first', template]).status).toBe(0);
    await writeFile(join(template, 'notes.txt'), 'remember');
    await writeFile(join(template, 'README.md'), 'edited');

    await cp(template, folder, { recursive: true });
    const steps = Number(spawnSync(process.execPath, [child, 'count', folder]).stdout);
    expect(steps).toBeGreaterThan(25);
    expect(await versionIn(folder)).toBe(2);

    const versions: number[] = [];
    for (let step = 1; step <= steps; step++) {
      await rm(folder, { recursive: true });
      await cp(template, folder, { recursive: true });
      const { signal } = spawnSync(process.execPath, [child, 'kill', folder, String(step)]);
      expect(signal).toBe('SIGKILL');
      versions.push(await versionIn(folder));
      await savePretrained(folder, sampleArtifact(3));
      expect((await fromPretrained(folder)).encoder.fingerprint).toBe('lsa:3');
      expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('remember');
      expect(await readFile(join(folder, 'README.previous.md'), 'utf8')).toBe('edited');
      expect((await readdir(root)).sort()).toEqual(['artifact', 'template']);
    }
    // From some step on it is the new one.
    expect(versions).toEqual([...versions].sort());
    expect(new Set(versions)).toEqual(new Set([1, 2]));
  }, 120_000);

  it('at any moment while it saves again and again', async () => {
    const random = new Random(7);
    for (let kill = 0; kill < 12; kill++) {
      const saver = spawn(process.execPath, [child, 'loop', folder]);
      const exited = once(saver, 'exit');
      await once(saver.stdout, 'data');
      await setTimeout(random.uniform() * 60);
      saver.kill('SIGKILL');
      expect((await exited)[1]).toBe('SIGKILL');
      expect(await versionIn(folder)).toBeGreaterThan(0);
    }
    await savePretrained(folder, sampleArtifact(3));
    expect((await fromPretrained(folder)).encoder.fingerprint).toBe('lsa:3');
    expect(await readdir(root)).toEqual(['artifact']);
  }, 120_000);
});
