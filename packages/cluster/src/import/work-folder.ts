import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import type { ObjectStore } from '../storage/object-store.js';

/** A folder of one job, on this machine's disk. */
export interface WorkFolder {
  readonly path: string;
  /** Copies an object there. @returns the path of the file. */
  fetch(key: string, name: string): Promise<string>;
  /** Copies a file from there. */
  send(name: string, key: string): Promise<void>;
}

/** Works in a folder that is removed afterwards; messages name objects instead of its files. */
export async function withWorkFolder<T>(
  storage: ObjectStore,
  signal: AbortSignal | undefined,
  work: (folder: WorkFolder) => Promise<T>,
): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'embedllm-import-'));
  try {
    return await work({
      path,
      async fetch(key, name) {
        const file = join(path, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, await storage.get(key, { signal }));
        return file;
      },
      async send(name, key) {
        await storage.put(key, await readFile(join(path, name)), { signal });
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof EmbedLLMError)) throw error;
    const text = reasonOf(error).replaceAll(`${path}/`, '').replaceAll(path, '.');
    throw new EmbedLLMError(text, { code: error.code, cause: error });
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
