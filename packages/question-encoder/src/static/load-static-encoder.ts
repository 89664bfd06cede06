import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError, EmbedLLMError } from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';
import { createStaticEncoder, type StaticEncoderOptions } from './create-static-encoder.js';
import type { StaticEncoder } from './static-encoder.js';
import { TOKENIZER_FILE, WEIGHTS_FILE } from './static-settings.js';

/** Folders of a StaticEmbedding module, where the files are not at the top. */
const FOLDERS = ['.', '0_StaticEmbedding'];

/**
 * Reads a static encoder from a folder: a model2vec or potion model as on the hub, or a
 * sentence-transformers model of a StaticEmbedding. `config.json` or `modules.json` say whether its
 * rows are scaled.
 *
 * @throws EmbedLLMError `io` naming the file that is missing; and all that `createStaticEncoder`
 * throws.
 *
 * @example
 * <!-- no-run: reads a model that was downloaded -->
 * ```ts
 * const encoder = await loadStaticEncoder('./models/potion-base-8M');
 * ```
 */
export async function loadStaticEncoder(
  folder: string,
  options: Omit<StaticEncoderOptions, 'tokenizer' | 'weights'> = {},
): Promise<StaticEncoder> {
  for (const part of FOLDERS) {
    const weights = await read(join(folder, part, WEIGHTS_FILE));
    if (!weights) continue;
    const tokenizer = await read(join(folder, part, TOKENIZER_FILE));
    if (!tokenizer) throw missing(join(folder, part), TOKENIZER_FILE);
    return await createStaticEncoder({
      name: basename(resolve(folder)),
      normalize: await isNormalized(folder),
      ...options,
      tokenizer,
      weights,
    });
  }
  throw missing(folder, WEIGHTS_FILE);
}

function missing(folder: string, file: string): EmbedLLMError {
  return new EmbedLLMError(
    `The folder ${folder} has no file ${file}. It must contain ${TOKENIZER_FILE} and ${WEIGHTS_FILE}.`,
    { code: 'io' },
  );
}

/** What config.json says, as model2vec writes it, else whether a Normalize module comes behind. */
async function isNormalized(folder: string): Promise<boolean | undefined> {
  const config = await readJson(join(folder, 'config.json'));
  if (isJsonObject(config) && typeof config.normalize === 'boolean') return config.normalize;
  const modules = await readJson(join(folder, 'modules.json'));
  if (!Array.isArray(modules)) return undefined;
  return modules.some((module) => isJsonObject(module) && /\bNormalize$/.test(String(module.type)));
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await read(path);
  try {
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new DataError('Not valid JSON.', { file: path, cause });
  }
}

async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new EmbedLLMError(`Cannot read ${path}.`, { code: 'io', cause });
  }
}
