import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkObject, checkString, DataError, EmbedLLMError } from '@embedllm/internals';
import type { Artifact } from '../artifact/artifact.js';
import { CONFIG_FILE, MAX_TEXT_BYTES, MODEL_CARD_FILE } from '../artifact/artifact-files.js';
import { decodeArtifact, decodeArtifactConfig } from '../artifact/decode-artifact.js';
import { asInvalidArtifact } from '../artifact/invalid-artifact.js';
import { followLinks, unlessMissing } from './artifact-folder.js';
import { asIoError, readFileBytes } from './read-file.js';
import { findSiblings } from './sibling-folders.js';

/** How often reading starts again because a save replaced the folder meanwhile. */
const MAX_ATTEMPTS = 50;
/** How long a save at work is waited for that has moved the old folder away, in milliseconds. */
const PATIENCE_MS = 2000;

/** Options of `fromPretrained`. */
export interface FromPretrainedOptions {
  /** Stops the reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads an artifact from a folder that `savePretrained` wrote, or that was downloaded file by
 * file. Everything is checked as `decodeArtifact` says; nothing in the folder is executed or
 * changed.
 *
 * A save that runs at the same time does no harm: the result is the old or the new artifact.
 * Where a save was killed in the instant between moving the old folder away and the new one in,
 * the old one is read from where it was put, and Node emits a warning that says so.
 *
 * @throws DataError `invalid-artifact`, naming the file; EmbedLLMError `unsupported-version`, or
 * `io` when the folder does not exist or cannot be read.
 * @example
 * ```ts
 * const { model, models } = await fromPretrained('artifacts/router');
 * const probabilities = model.predictProbabilities(questionEmbeddings); // [Q, M]
 * ```
 */
export async function fromPretrained(
  directory: string,
  options: FromPretrainedOptions = {},
): Promise<Artifact> {
  const { signal } = checkObject('options', options);
  checkString('directory', directory);
  return asIoError(`Cannot load ${directory}`, async () => {
    let place = await locate(directory, signal);
    for (let attempt = 1; ; attempt++) {
      const outcome = await settle(readArtifact(place.folder, signal));
      const now = await locate(directory, signal);
      // Half of the files may come from before a swap and half from after it.
      if (now.identity !== place.identity && attempt < MAX_ATTEMPTS) {
        place = now;
        continue;
      }
      if ('error' in outcome) throw outcome.error;
      if (place.setAside) {
        process.emitWarning(
          `${directory} is missing because a save was interrupted. The previous artifact was read from ${place.folder}.`,
          { code: 'EMBEDLLM_ARTIFACT_RECOVERED' },
        );
      }
      return outcome.value;
    }
  });
}

async function readArtifact(folder: string, signal: AbortSignal | undefined): Promise<Artifact> {
  const files = await asInvalidArtifact(() => readFiles(folder, signal));
  return decodeArtifact(files, { source: folder });
}

/** Where an artifact is to be read from. */
interface Place {
  readonly folder: string;
  /** Changes whenever another folder takes the place. */
  readonly identity: string;
  /** Whether it is the folder that a killed save has set aside. */
  readonly setAside: boolean;
}

/** The folder itself or, where there is none, the one that a killed save has set aside. */
async function locate(directory: string, signal: AbortSignal | undefined): Promise<Place> {
  const target = await followLinks(directory);
  const deadline = Date.now() + PATIENCE_MS;
  for (let looks = 1; ; looks++) {
    signal?.throwIfAborted();
    const entries = await unlessMissing(readdir(target));
    const identity = await identify(target);
    if (entries && entries.length > 0) {
      // Moved away between the two looks: what is there next is another folder.
      if (identity === MISSING) continue;
      return { folder: directory, identity, setAside: false };
    }
    const previous = (await findSiblings(target)).find(({ kind }) => kind === 'previous');
    if (!previous) {
      // One save may put its folder into place, and the next move it away, between two looks.
      if (looks < 3 || (await identify(target)) !== identity) continue;
      if (!entries)
        throw new EmbedLLMError(
          `${directory}: There is no such folder. \`embedllm train\` creates an artifact from evaluation records, \`embedllm init\` creates one without records, and \`embedllm pull\` downloads one.`,
          { code: 'io' },
        );
      return { folder: directory, identity, setAside: false };
    }
    if (previous.abandoned || Date.now() > deadline) {
      const { path } = previous;
      return { folder: path, identity: await identify(path), setAside: true };
    }
    await setTimeout(5);
  }
}

async function readFiles(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, Uint8Array>> {
  const read = (path: string, maxBytes: number): Promise<Uint8Array | undefined> =>
    unlessMissing(readFileBytes(join(folder, path), { maxBytes, signal }));
  const config = await read(CONFIG_FILE, MAX_TEXT_BYTES);
  if (!config) {
    throw new DataError('The file is missing, so this folder is not an EmbedLLM artifact.', {
      file: `${folder}/${CONFIG_FILE}`,
    });
  }
  const files = new Map([[CONFIG_FILE, config]]);
  for (const [path, { bytes }] of (await decodeArtifactConfig(config, folder)).files) {
    const contents = await read(path, bytes);
    // decodeArtifact says which file is missing.
    if (contents) files.set(path, contents);
  }
  const card = await read(MODEL_CARD_FILE, MAX_TEXT_BYTES);
  if (card) files.set(MODEL_CARD_FILE, card);
  return files;
}

/** The identity of no folder. */
const MISSING = 'missing';

async function identify(path: string): Promise<string> {
  const stats = await unlessMissing(stat(path, { bigint: true }));
  return stats ? `${path} ${stats.dev} ${stats.ino} ${stats.ctimeNs}` : MISSING;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function settle<T>(promise: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}
