import { EmbedLLMError } from '@embedllm/core';

/**
 * Loads an optional package.
 *
 * @param names - What to install, separated by blanks.
 * @throws EmbedLLMError `missing-dependency`, with the command that installs it.
 */
export async function loadPeer<T>(
  names: string,
  purpose: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isAbsent = cause instanceof Error && 'code' in cause && cause.code === ABSENT;
    if (!isAbsent) throw cause;
    throw new EmbedLLMError(`${purpose} needs ${names}. Run: npm install ${names}`, {
      code: 'missing-dependency',
      cause,
    });
  }
}

const ABSENT = 'ERR_MODULE_NOT_FOUND';
