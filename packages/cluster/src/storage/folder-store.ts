import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import { replaceFile } from '@embedllm/internals/files';
import {
  assertKey,
  assertRange,
  missingObject,
  type ObjectStore,
  type StoredObject,
} from './object-store.js';

/** Options of a folder. */
export interface FolderStoreOptions {
  /** Path of the folder; all machines must see it under some path. Created when absent. */
  readonly folder: string;
}

/** Objects as files of a folder, on a disk or on a file system that machines share. */
export function openFolderStore({ folder }: FolderStoreOptions): ObjectStore {
  const address = folder;
  const path = (key: string): string => {
    assertKey(key);
    return join(folder, key);
  };
  return {
    address,
    async get(key, { range, signal } = {}) {
      signal?.throwIfAborted();
      if (range) assertRange(range);
      const file = await open(path(key), 'r').catch((cause: unknown) => {
        throw isAbsent(cause) ? missingObject(key, address, cause) : ioError(key, address, cause);
      });
      try {
        const { size } = await file.stat();
        const { start, end } = range ?? { start: 0, end: size };
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        let done = 0;
        while (done < bytes.length) {
          signal?.throwIfAborted();
          const length = Math.min(bytes.length - done, 2 ** 30);
          const { bytesRead } = await file.read(bytes, done, length, start + done);
          if (bytesRead === 0) throw new Error('the file was truncated while it was being read');
          done += bytesRead;
        }
        return bytes;
      } catch (cause) {
        signal?.throwIfAborted();
        throw ioError(key, address, cause);
      } finally {
        await file.close();
      }
    },
    async size(key) {
      const found = await stat(path(key)).catch((cause: unknown) => {
        if (isAbsent(cause)) return undefined;
        throw ioError(key, address, cause);
      });
      return found?.isFile() ? found.size : undefined;
    },
    async put(key, bytes, { signal } = {}) {
      signal?.throwIfAborted();
      const file = path(key);
      try {
        await mkdir(dirname(file), { recursive: true });
        await replaceFile(file, bytes);
      } catch (cause) {
        throw ioError(key, address, cause);
      }
    },
    list: (prefix, { signal } = {}) => listFolder(folder, '', prefix, signal),
    async delete(key) {
      await rm(path(key), { force: true });
    },
    close: () => Promise.resolve(),
  };
}

async function* listFolder(
  folder: string,
  above: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredObject> {
  signal?.throwIfAborted();
  const entries = await readdir(join(folder, above), { withFileTypes: true }).catch(
    (cause: unknown) => {
      if (isAbsent(cause)) return [];
      throw ioError(above, folder, cause);
    },
  );
  for (const entry of entries) {
    // Files that are being written begin with a dot.
    if (entry.name.startsWith('.')) continue;
    const key = above + entry.name;
    if (entry.isDirectory()) {
      const mayHold = `${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`);
      if (mayHold) yield* listFolder(folder, `${key}/`, prefix, signal);
    } else if (entry.isFile() && key.startsWith(prefix)) {
      const found = await stat(join(folder, key)).catch(() => undefined);
      if (found) yield { key, bytes: found.size, writtenAt: found.mtimeMs };
    }
  }
}

function isAbsent(cause: unknown): boolean {
  return (
    cause instanceof Error && 'code' in cause && ['ENOENT', 'ENOTDIR'].includes(String(cause.code))
  );
}

function ioError(key: string, address: string, cause: unknown): EmbedLLMError {
  if (cause instanceof EmbedLLMError) return cause;
  return new EmbedLLMError(`${key} in ${address}: ${reasonOf(cause)}`, { code: 'io', cause });
}
