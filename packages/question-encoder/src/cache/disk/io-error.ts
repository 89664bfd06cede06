import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';

/** Runs file operations, turning the system's errors into `EmbedLLMError` `io`. */
export async function asIoError<T>(attempt: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && 'syscall' in cause)) throw cause;
    throw new EmbedLLMError(`${attempt}: ${reasonOf(cause)}.`, { code: 'io', cause });
  }
}
