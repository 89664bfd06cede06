import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import { replaceFile as replaceWhole } from '@embedllm/internals/files';

/**
 * Writes a file, complete under another name before it takes its own, so that no half of it is
 * ever seen. Makes the folder where it is missing.
 *
 * @throws EmbedLLMError `io`.
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await replaceWhole(path, content);
  } catch (cause) {
    throw new EmbedLLMError(`${path} cannot be written: ${reasonOf(cause)}`, { code: 'io', cause });
  }
}
