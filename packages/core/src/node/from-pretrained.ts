import { join } from 'node:path';
import type { Artifact } from '../artifact/artifact.js';
import { CONFIG_FILE, MODEL_CARD_FILE } from '../artifact/artifact-files.js';
import { decodeArtifact, decodeArtifactConfig } from '../artifact/decode-artifact.js';
import { MAX_CONFIG_BYTES } from '../artifact/fetch-pretrained.js';
import { readFileBytes } from './read-file.js';

/** Options of `fromPretrained`. */
export interface FromPretrainedOptions {
  /** Stops the reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export async function fromPretrained(
  directory: string,
  options: FromPretrainedOptions = {},
): Promise<Artifact> {
  const { signal } = options;
  const files = new Map<string, Uint8Array>();
  const configBytes = await readFileBytes(join(directory, CONFIG_FILE), {
    maxBytes: MAX_CONFIG_BYTES,
    signal,
  });
  files.set(CONFIG_FILE, configBytes);
  const config = await decodeArtifactConfig(configBytes, directory);
  for (const [path, { bytes }] of config.files) {
    files.set(path, await readFileBytes(join(directory, path), { maxBytes: bytes, signal }));
  }
  try {
    files.set(
      MODEL_CARD_FILE,
      await readFileBytes(join(directory, MODEL_CARD_FILE), { maxBytes: MAX_CONFIG_BYTES, signal }),
    );
  } catch {}
  return decodeArtifact(files, { source: directory });
}
