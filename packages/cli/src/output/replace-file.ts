import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';

/**
 * Writes a file, complete under another name before it takes its own, so that no half of it is
 * ever seen. Makes the folder where it is missing.
 *
 * @throws EmbedLLMError `io`.
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    // What went wrong first is what is said.
    await rm(temporary, { force: true }).catch(() => {});
    throw new EmbedLLMError(`${path} cannot be written: ${reasonOf(cause)}`, { code: 'io', cause });
  }
}
