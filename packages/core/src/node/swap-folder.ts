import { rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbedLLMError } from '@embedllm/internals';
import { syncFolder } from '@embedllm/internals/files';
import { isSystemError } from './read-file.js';
import { newSiblingPath } from './sibling-folders.js';

/** Times that the place is found taken by another save before giving up. */
const MAX_ATTEMPTS = 100;

/** Options of `swapFolder`. */
export interface SwapFolderOptions {
  /** The folder to put into place, complete and synced. */
  readonly temporary: string;
  /** The place. */
  readonly target: string;
  /** Whether a folder that is there, and not empty, is replaced. */
  readonly overwrite: boolean;
  /** Looks at what was in the place once nobody else can reach it there; may refuse by throwing. */
  readonly onSetAside: (previous: string) => Promise<void>;
}

/**
 * Puts a folder into another's place. No file system call that Node offers exchanges two folders,
 * so the old one is moved aside first; whoever finds the place empty looks for it there.
 */
export async function swapFolder(options: SwapFolderOptions): Promise<void> {
  const { temporary, target, overwrite, onSetAside } = options;
  const setAside: string[] = [];
  try {
    for (let attempt = 0; ; attempt++) {
      if (overwrite) {
        const previous = newSiblingPath(target, 'previous');
        if (await succeeds(rename(target, previous), ['ENOENT'])) {
          setAside.push(previous);
          await onSetAside(previous);
        }
      } else {
        await succeeds(rmdir(target), ['ENOENT', 'ENOTEMPTY', 'EEXIST']);
      }
      if (await succeeds(rename(temporary, target), ['ENOTEMPTY', 'EEXIST'])) break;
      if (!overwrite || attempt === MAX_ATTEMPTS) {
        throw new EmbedLLMError(`Another process wrote ${target} in the meantime.`, {
          code: 'io',
        });
      }
    }
  } catch (error) {
    // Put back what was there. If another save has taken the place, the folder set aside stays,
    // and the next save carries over the user's files in it.
    const last = setAside.at(-1);
    if (last) await rename(last, target).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(target));
  for (const previous of setAside) await discardFolder(previous, target);
}

/**
 * Deletes a folder that a save left next to the target. It is renamed first, so that a half-deleted
 * one is never taken for an artifact. A failure is left to the next save: this one is complete.
 */
export async function discardFolder(path: string, target: string): Promise<void> {
  const rubbish = newSiblingPath(target, 'partial');
  try {
    await rename(path, rubbish);
    await rm(rubbish, { recursive: true, force: true });
  } catch {}
}

/** Whether the operation succeeded; `false` when it failed for one of the reasons given. */
async function succeeds(operation: Promise<void>, excused: readonly string[]): Promise<boolean> {
  try {
    await operation;
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code !== undefined && excused.includes(error.code)) {
      return false;
    }
    throw error;
  }
}
