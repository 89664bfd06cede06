import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';

/**
 * Refuses, before long work, a file that could not be written at its end.
 *
 * @throws EmbedLLMError `invalid-argument` when the path is a folder, `io` when nothing can be
 * written there.
 */
export async function assertFilePlace(path: string): Promise<void> {
  if ((await kindOf(path)) === 'folder') {
    throw new EmbedLLMError(`${path} is a folder. Pass the path of a file.`, {
      code: 'invalid-argument',
    });
  }
  await assertWritable(dirname(resolve(path)), path);
}

/**
 * Refuses, before long work, a folder into which `savePretrained` could not save at its end. Saving
 * looks more closely, and again: here nothing but the names in the folder is read.
 *
 * @returns whether an artifact is there, which saving replaces.
 * @throws EmbedLLMError `invalid-argument` when something else than an artifact is there, `io` when
 * nothing can be written there.
 */
export async function assertArtifactPlace(path: string): Promise<boolean> {
  const kind = await kindOf(path);
  const names = kind === 'folder' ? await readdir(path) : [];
  if (kind === 'file' || (names.length > 0 && !names.includes('config.json'))) {
    throw new EmbedLLMError(
      `${path} contains something other than an EmbedLLM artifact and was not changed. Use a new or empty folder.`,
      { code: 'invalid-argument' },
    );
  }
  await assertWritable(dirname(resolve(path)), path);
  return names.length > 0;
}

/** Tables of a dataset: without one of them a folder is something else. */
const RESPONSES = /^(?:responses|train|val|test)\.csv(?:\.gz)?$/;

/**
 * Refuses, before long work, a folder that has files and is not a dataset: `models.csv` or
 * `questions.csv` there would be someone else's.
 *
 * @returns whether a dataset is there, which writing replaces.
 * @throws EmbedLLMError `invalid-argument` when something else than a dataset is there, `io` when
 * nothing can be written there.
 */
export async function assertDatasetPlace(path: string): Promise<boolean> {
  const kind = await kindOf(path);
  const names = kind === 'folder' ? await readdir(path) : [];
  if (kind === 'file' || (names.length > 0 && !names.some((name) => RESPONSES.test(name)))) {
    const seen = kind === 'file' ? '' : ` (${names.sort().slice(0, 5).join(', ')})`;
    throw new EmbedLLMError(
      `${path} contains something other than a dataset${seen} and was not changed. Choose a new or empty folder with --output.`,
      { code: 'invalid-argument' },
    );
  }
  await assertWritable(dirname(resolve(path)), path);
  return names.length > 0;
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'missing'> {
  return stat(path).then(
    (stats) => (stats.isDirectory() ? 'folder' : 'file'),
    () => 'missing',
  );
}

/** Looks at the nearest folder above that exists, since missing ones are made. */
async function assertWritable(folder: string, path: string): Promise<void> {
  const parent = dirname(folder);
  const kind = await kindOf(folder);
  if (kind === 'missing' && parent !== folder) return assertWritable(parent, path);
  if (kind === 'file') {
    throw new EmbedLLMError(`${path} cannot be written: ${folder} is a file.`, { code: 'io' });
  }
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new EmbedLLMError(`${path} cannot be written: ${reasonOf(cause)}.`, {
      code: 'io',
      cause,
    });
  }
}
