import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Artifact } from '../artifact/artifact.js';
import { encodeArtifact } from '../artifact/encode-artifact.js';
import { writeDurably } from './write-file.js';

/** Options of `savePretrained`. */
export interface SavePretrainedOptions {
  /**
   * Replaces an artifact that is already in the folder.
   *
   * @default true
   */
  readonly overwrite?: boolean | undefined;
  /** Stops the writing, leaving the folder as it was; the promise rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

export async function savePretrained(
  directory: string,
  artifact: Artifact,
  _options: SavePretrainedOptions = {},
): Promise<void> {
  const files = await encodeArtifact(artifact);
  const target = resolve(directory);
  const temporary = `${target}.writing`;
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(temporary, path)), { recursive: true });
    await writeDurably(join(temporary, path), bytes);
  }
  await rm(target, { recursive: true, force: true });
  await rename(temporary, target);
}
