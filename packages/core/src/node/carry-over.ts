import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  rm,
  symlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbedLLMError, sha256 } from '@embedllm/internals';
import { syncFolder } from '@embedllm/internals/files';
import { ENCODER_FOLDER, MODEL_CARD_FILE } from '../artifact/artifact-files.js';
import { type FolderState, unlessMissing } from './artifact-folder.js';
import { readFileBytes } from './read-file.js';

/** Options of `carryOver`. */
export interface CarryOverOptions {
  /** Folder of the old artifact. */
  readonly from: string;
  /** The folder's name in error messages. */
  readonly name: string;
  /** What `inspectFolder` says about it. */
  readonly state: FolderState & { readonly kind: 'artifact' };
  /** Folder of the new artifact. */
  readonly to: string;
  /** The new artifact's own files by path. */
  readonly written: ReadonlyMap<string, Uint8Array>;
  /** Whether to replace a file that was carried over earlier. */
  readonly existing: 'replace' | 'keep';
}

/**
 * Brings the user's files from the old artifact's folder into the new one: all that the old
 * artifact does not name, and a model card that was edited, as `README.previous.md`. Files are
 * linked where the file system can, else copied. Returns once they are on the disk.
 *
 * @throws EmbedLLMError `invalid-argument` when the new artifact has a file of the same name.
 */
export async function carryOver(options: CarryOverOptions): Promise<void> {
  await carryFolder('', options);
  await carryEditedCard(options);
  await syncFolder(options.to);
}

/** @param folder - Relative; empty, or ending with a slash. */
async function carryFolder(folder: string, options: CarryOverOptions): Promise<void> {
  const { from, to, state } = options;
  for (const entry of await readdir(join(from, folder), { withFileTypes: true })) {
    const path = folder + entry.name;
    if (!entry.isDirectory()) {
      if (!state.owned.has(path)) await carryFile(path, options);
      continue;
    }
    // The encoder's folder is made when there is a file to put into it.
    if (`${path}/` !== ENCODER_FOLDER) await mkdir(join(to, path), { recursive: true });
    await carryFolder(`${path}/`, options);
    await unlessMissing(syncFolder(join(to, path)));
  }
}

async function carryFile(path: string, options: CarryOverOptions): Promise<void> {
  const { from, name, to, written, existing } = options;
  const target = join(to, path);
  if (written.has(path) || [...written.keys()].some((key) => key.startsWith(`${path}/`))) {
    throw new EmbedLLMError(
      `${join(name, path)} is not part of the artifact in that folder, but the new artifact has a file of the same name. Move it away first.`,
      { code: 'invalid-argument' },
    );
  }
  const present = await unlessMissing(lstat(target));
  if (present) {
    if (existing === 'keep') return;
    await rm(target, { recursive: true });
  }
  await mkdir(dirname(target), { recursive: true });
  await linkOrCopy(join(from, path), target);
}

async function carryEditedCard({ from, to, state, written }: CarryOverOptions): Promise<void> {
  const card = join(from, MODEL_CARD_FILE);
  const bytes = await unlessMissing(readFileBytes(card));
  if (!bytes) return;
  const hash = await sha256(bytes);
  const fresh = written.get(MODEL_CARD_FILE);
  if (hash === state.modelCardSha256 || (fresh && hash === (await sha256(fresh)))) return;
  for (let number = 1; ; number++) {
    const target = join(to, `README.previous${number === 1 ? '' : `-${number}`}.md`);
    const present = await unlessMissing(lstat(target));
    if (!present) return linkOrCopy(card, target);
    if (await isSameFile(card, target)) return;
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  const stats = await lstat(source);
  if (stats.isSymbolicLink()) return symlink(await readlink(source), target);
  if (!stats.isFile()) {
    throw new EmbedLLMError(`${source} is not a file, folder or link. Move it away first.`, {
      code: 'invalid-argument',
    });
  }
  try {
    await link(source, target);
  } catch {
    // Not every file system has hard links; if copying fails too, its error says why.
    await copyFile(source, target);
    await utimes(target, stats.atime, stats.mtime);
  }
}

/** Whether one is a link to, or a copy of, the other. */
async function isSameFile(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(left), lstat(right)]);
  if (a.isSymbolicLink() && b.isSymbolicLink()) {
    return (await readlink(left)) === (await readlink(right));
  }
  if (!a.isFile() || !b.isFile()) return false;
  if (a.ino === b.ino && a.dev === b.dev) return true;
  if (a.size !== b.size) return false;
  const [x, y] = await Promise.all([readFileBytes(left), readFileBytes(right)]);
  return Buffer.compare(x, y) === 0;
}
