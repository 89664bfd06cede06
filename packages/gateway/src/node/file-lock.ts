import { readFile, unlink, writeFile } from 'node:fs/promises';
import { EmbedLLMError } from '@embedllm/core';

/** Files that this process has locked. */
const OWN = new Set<string>();

/**
 * Keeps other processes of this machine from using a file, by another one next to it that holds the
 * id of the process. One that a process left behind when it was killed is taken over.
 *
 * @returns a function that unlocks it.
 * @throws EmbedLLMError `io` when the file is in use.
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const lock = `${path}.lock`;
  const write = (): Promise<void> => writeFile(lock, `${process.pid}\n`, { flag: 'wx' });
  if (OWN.has(lock)) throw inUse(path, process.pid);
  try {
    await write();
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    const owner = Number.parseInt(await readFile(lock, 'utf8'), 10);
    // The same id as this process has belongs to one before it, as in a container.
    if (owner !== process.pid && isRunning(owner)) throw inUse(path, owner);
    await unlink(lock);
    await write();
  }
  OWN.add(lock);
  return async () => {
    OWN.delete(lock);
    await unlink(lock).catch(() => undefined);
  };
}

function isRunning(process_: number): boolean {
  if (!(process_ > 0)) return false;
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function inUse(path: string, owner: number): EmbedLLMError {
  return new EmbedLLMError(
    `${path} is used by the process ${owner}. Give each gateway its own file, or remove ${path}.lock if that process is not a gateway.`,
    { code: 'io' },
  );
}
