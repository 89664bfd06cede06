import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import {
  FILE_ENDINGS,
  type ModelDtype,
  type ModelSource,
  readModelBytes,
  readModelJson,
} from './model-source.js';

/** Files next to the weights that shape the vectors, where they are there. */
const CONFIG_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];

/**
 * A model in a folder, laid out as on the hub: `config.json`, `tokenizer.json`,
 * `tokenizer_config.json` and `onnx/model<ending>.onnx`.
 *
 * Hashes these files, which reads the weights once.
 *
 * @throws EmbedLLMError `io` naming the file that is missing.
 */
export async function openFolder(
  folder: string,
  dtype: ModelDtype,
  signal: AbortSignal | undefined,
): Promise<ModelSource> {
  const location = resolve(folder);
  const weights = `model${FILE_ENDINGS[dtype]}.onnx`;
  for (const name of [...CONFIG_FILES, join('onnx', weights)]) {
    const isFile = await stat(join(location, name)).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!isFile) {
      throw new EmbedLLMError(
        `The model folder ${folder} has no file ${name}. It must contain ${CONFIG_FILES.join(', ')} and, for dtype ${dtype}, onnx/${weights}.`,
        { code: 'io' },
      );
    }
  }
  // Large models keep their numbers in files that are named after the graph.
  const weightFiles = (await readdir(join(location, 'onnx')))
    .filter((name) => name.startsWith(weights))
    .sort()
    .map((name) => join('onnx', name));
  const hash = createHash('sha256');
  for (const name of [...CONFIG_FILES, ...weightFiles]) {
    const fileHash = createHash('sha256');
    for await (const chunk of createReadStream(join(location, name), { signal })) {
      fileHash.update(chunk);
    }
    hash.update(`${name.replaceAll('\\', '/')}\n${fileHash.digest('hex')}\n`);
  }
  const read = async <T>(
    path: string,
    parse: (stream: AsyncIterable<Uint8Array>, file: string) => Promise<T>,
  ): Promise<T | undefined> => {
    const file = join(folder, path);
    try {
      return await parse(createReadStream(join(location, path), { signal }), file);
    } catch (cause) {
      if (cause instanceof EmbedLLMError) throw cause;
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
      signal?.throwIfAborted();
      throw new EmbedLLMError(`Cannot read ${file}.`, { code: 'io', cause });
    }
  };
  return {
    location,
    localOnly: true,
    contentHash: hash.digest('hex'),
    readJson: (path) => read(path, readModelJson),
    readBytes: (path) => read(path, readModelBytes),
  };
}
