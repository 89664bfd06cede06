import { chmod, mkdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { EmbedLLMError } from '@embedllm/internals';
import { syncFolder, writeDurably } from '@embedllm/internals/files';
import type { Artifact } from '../artifact/artifact.js';
import { ENCODER_FOLDER } from '../artifact/artifact-files.js';
import { encodeArtifact } from '../artifact/encode-artifact.js';
import { followLinks, inspectFolder, unlessMissing } from './artifact-folder.js';
import { type CarryOverOptions, carryOver } from './carry-over.js';
import { asIoError } from './read-file.js';
import { findSiblings, newSiblingPath, type SiblingFolder } from './sibling-folders.js';
import { discardFolder, swapFolder } from './swap-folder.js';

/** Options of `savePretrained`. */
export interface SavePretrainedOptions {
  /**
   * Replaces an artifact that is already in the folder.
   *
   * @default true
   */
  readonly overwrite?: boolean | undefined;
  /** Stops the writing, leaving the folder as it was; the promise rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Saves an artifact as a folder, which `fromPretrained` and the Hugging Face hub read.
 *
 * Atomic: the files are written and synced to a hidden folder next to the target, which then takes
 * its place. Killed at any moment, the old or the new artifact is there whole, and the next save
 * removes what was left over. Of several saves at once, the last one stays.
 *
 * Only an artifact is replaced. Files in its folder that are not part of it are carried over, and
 * a model card that was edited is kept as `README.previous.md`. Symbolic links are followed.
 *
 * @param directory - Made with its parents where missing.
 * @throws EmbedLLMError `invalid-argument` when the folder holds something else, or an artifact
 * and `overwrite` is false, and as `encodeArtifact`; `io` when writing fails.
 * @example
 * ```ts
 * await savePretrained('artifacts/router', artifact);
 * ```
 */
export async function savePretrained(
  directory: string,
  artifact: Artifact,
  options: SavePretrainedOptions = {},
): Promise<void> {
  const { overwrite = true, signal } = options;
  const files = await encodeArtifact(artifact);
  signal?.throwIfAborted();
  await asIoError(`Cannot save ${directory}`, async () => {
    const target = await followLinks(directory);
    await assertNotWorkingDirectory(target, directory);
    await assertReplaceable(target, directory, overwrite);
    await mkdir(dirname(target), { recursive: true });
    const temporary = newSiblingPath(target, 'partial');
    try {
      await mkdir(temporary);
      await writeFiles(temporary, files, signal);
      // What a killed save has set aside may be the only place of the user's files.
      const leftovers = await findLeftovers(target);
      const carried = { to: temporary, written: files };
      for (const { path, kind } of leftovers) {
        if (kind !== 'previous') continue;
        await unlessMissing(carryFrom({ ...carried, from: path, name: path, existing: 'keep' }));
      }
      signal?.throwIfAborted();
      await swapFolder({
        temporary,
        target,
        overwrite,
        // Not earlier: until the folder is set aside, others may still change or replace it.
        onSetAside: (previous) =>
          carryFrom({ ...carried, from: previous, name: directory, existing: 'replace' }),
      });
      for (const { path } of leftovers) await discardFolder(path, target);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  });
}

/** The process would continue in a folder that no longer has a name. */
async function assertNotWorkingDirectory(target: string, directory: string): Promise<void> {
  const inside = relative((await unlessMissing(realpath(target))) ?? target, process.cwd());
  const outside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  if (!outside) {
    throw new EmbedLLMError(
      `${directory} is or contains the working directory, so it cannot be replaced. Save to another folder.`,
      { code: 'invalid-argument' },
    );
  }
}

async function assertReplaceable(
  target: string,
  directory: string,
  overwrite: boolean,
): Promise<void> {
  const { kind } = await inspectFolder(target);
  if (kind === 'foreign') {
    throw new EmbedLLMError(
      `${directory} contains something other than an EmbedLLM artifact and was left unchanged. Save to a new or empty folder.`,
      { code: 'invalid-argument' },
    );
  }
  const recoverable =
    kind !== 'artifact' &&
    (await findSiblings(target)).some((folder) => folder.kind === 'previous');
  if (!overwrite && (kind === 'artifact' || recoverable)) {
    throw new EmbedLLMError(`${directory} already contains an artifact, and overwrite is false.`, {
      code: 'invalid-argument',
    });
  }
}

/** What killed saves have left behind; a folder that is not an artifact's is left alone. */
async function findLeftovers(target: string): Promise<SiblingFolder[]> {
  const leftovers: SiblingFolder[] = [];
  for (const sibling of await findSiblings(target)) {
    if (!sibling.abandoned) continue;
    if (sibling.kind === 'previous' && (await inspectFolder(sibling.path)).kind === 'foreign') {
      continue;
    }
    leftovers.push(sibling);
  }
  return leftovers;
}

async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [path, bytes] of files) {
    signal?.throwIfAborted();
    if (path.startsWith(ENCODER_FOLDER)) {
      await mkdir(join(folder, ENCODER_FOLDER), { recursive: true });
    }
    await writeDurably(join(folder, path), bytes);
  }
  await unlessMissing(syncFolder(join(folder, ENCODER_FOLDER)));
  await syncFolder(folder);
}

/** Takes over the user's files and the permissions of an artifact's folder. */
async function carryFrom(options: Omit<CarryOverOptions, 'state'>): Promise<void> {
  const { from, name, to } = options;
  const state = await inspectFolder(from);
  if (state.kind === 'foreign') {
    throw new EmbedLLMError(
      `${name} now holds something other than an EmbedLLM artifact and was left as it is.`,
      { code: 'invalid-argument' },
    );
  }
  if (state.kind === 'artifact') await carryOver({ ...options, state });
  if (state.kind !== 'missing') await chmod(to, (await stat(from)).mode & 0o7777);
}
