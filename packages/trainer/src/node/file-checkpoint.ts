import { open, readFile, rename, rm } from 'node:fs/promises';
import { EmbedLLMError } from '@embedllm/core';

/** One file that holds the latest state of a training. */
export interface FileCheckpoint {
  /** For `resume`: the state, or `undefined` where there is no file yet. */
  load(): Promise<Uint8Array | undefined>;
  /**
   * For `onCheckpoint`: replaces the file in one step, so a killed process leaves either the old or
   * the new.
   */
  readonly save: (state: Uint8Array) => Promise<void>;
}

/**
 * Keeps the state of a training in a file.
 *
 * @param path - In a folder that exists.
 * @throws EmbedLLMError `io`, from its functions, when reading or writing fails.
 * @example
 * const checkpoint = createFileCheckpoint('training.safetensors');
 * await trainAdam({ train, resume: await checkpoint.load(), onCheckpoint: checkpoint.save });
 */
export function createFileCheckpoint(path: string): FileCheckpoint {
  return {
    load: async () => {
      try {
        return new Uint8Array(await readFile(path));
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
        throw new EmbedLLMError(`Cannot read the checkpoint ${path}.`, { code: 'io', cause });
      }
    },
    save: async (state) => {
      const temporary = `${path}.${process.pid}.partial`;
      try {
        const file = await open(temporary, 'w');
        try {
          await file.writeFile(state);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
      } catch (cause) {
        await rm(temporary, { force: true }).catch(() => {});
        throw new EmbedLLMError(`Cannot write the checkpoint ${path}.`, { code: 'io', cause });
      }
    },
  };
}
