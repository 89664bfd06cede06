import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';

/** What the input is at fault for is not tried again. */
export async function tryJob<T>(
  { UnrecoverableError }: { UnrecoverableError: new (message: string) => Error },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFinal =
      error instanceof EmbedLLMError && !['io', 'http', 'timeout'].includes(error.code);
    if (isFinal) throw new UnrecoverableError(reasonOf(error));
    throw error;
  }
}
