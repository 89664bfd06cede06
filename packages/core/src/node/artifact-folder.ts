import { lstat, readdir, readlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EmbedLLMError } from '@embedllm/internals';
import { outlineArtifactConfig } from '../artifact/artifact-config.js';
import { CONFIG_FILE, MAX_TEXT_BYTES, MODEL_CARD_FILE } from '../artifact/artifact-files.js';
import { isSystemError, readFileBytes } from './read-file.js';

/** What is at a path where an artifact is to be saved. */
export type FolderState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'empty' }
  /** Something that is not an artifact and must not be touched. */
  | { readonly kind: 'foreign' }
  | {
      readonly kind: 'artifact';
      /** The files that belong to the artifact; all others are the user's. */
      readonly owned: ReadonlySet<string>;
      /** Hash of the model card as it was written. */
      readonly modelCardSha256: string | undefined;
    };

/** Looks at a path without checking whether the artifact there is whole. */
export async function inspectFolder(path: string): Promise<FolderState> {
  const stats = await unlessMissing(lstat(path));
  if (!stats) return { kind: 'missing' };
  if (!stats.isDirectory()) return { kind: 'foreign' };
  if ((await readdir(path)).length === 0) return { kind: 'empty' };
  const config = await unlessMissing(
    readFileBytes(join(path, CONFIG_FILE), { maxBytes: MAX_TEXT_BYTES }),
  );
  const outline = config && outlineArtifactConfig(config);
  if (!outline) return { kind: 'foreign' };
  return {
    kind: 'artifact',
    owned: new Set([CONFIG_FILE, MODEL_CARD_FILE, ...outline.paths]),
    modelCardSha256: outline.modelCardSha256,
  };
}

/** Follows symbolic links, so that a link to an artifact stays one when the artifact is replaced. */
export async function followLinks(directory: string): Promise<string> {
  let path = resolve(directory);
  for (let links = 0; links < 40; links++) {
    const stats = await unlessMissing(lstat(path));
    if (!stats?.isSymbolicLink()) return path;
    path = resolve(dirname(path), await readlink(path));
  }
  throw new EmbedLLMError(`${directory}: The symbolic links form a loop.`, { code: 'io' });
}

/** What the promise gives, or `undefined` where the file does not exist. */
export async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    const cause = error instanceof EmbedLLMError ? error.cause : error;
    if (isSystemError(cause) && cause.code === 'ENOENT') return undefined;
    throw error;
  }
}
