import { constants, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbedLLMError, type Progress } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import { assertEmptyDirectory, fillDirectory } from '../files/fill-directory.js';
import { errorCode, messageOf } from '../files/read-error.js';
import { quoted } from '../files/relative-path.js';
import { downloadBlob } from './download-blob.js';
import { HubClient } from './hub-client.js';
import { defaultCacheDirectory, isOffline } from './hub-environment.js';
import type { HubFile } from './hub-file.js';
import { type HubOptions, hubSettings } from './hub-settings.js';
import { listRepository, notCached, resolveRevision } from './list-repository.js';
import { PullMeter } from './pull-progress.js';
import { checkRevision, type RepositoryType, repository, repositoryUrl } from './repository.js';
import { RepositoryCache } from './repository-cache.js';
import { type FileSelection, selectFiles } from './select-files.js';

/** Options of `pullRepository` that `downloadDataset` has too. */
export interface PullOptions extends HubOptions {
  /**
   * Branch, tag or commit. A commit (40 hexadecimal digits) gives the same files forever, and
   * without a question to the hub once they are in the cache.
   *
   * @default 'main'
   */
  readonly revision?: string | undefined;
  /**
   * Which files: patterns such as `data/*.parquet`, where one without slash holds at any depth,
   * or a function of the path.
   *
   * @default of RZ412/EmbedLLM its CSV tables and question_embeddings.pth, of other data sets
   * their tables, logs, .npy files, README and license, of models all files
   */
  readonly files?: FileSelection | undefined;
  /**
   * Directory to copy the files into, which must not exist yet or be empty; all of them are in it
   * or none. Without it they are read from the cache.
   */
  readonly directory?: string | undefined;
  /**
   * Where downloads are kept, laid out as huggingface_hub does.
   *
   * @default HF_HUB_CACHE, else `hub` in HF_HOME, else in ~/.cache/huggingface
   */
  readonly cacheDirectory?: string | undefined;
  /** Only what is in the cache. @default whether HF_HUB_OFFLINE is set */
  readonly offline?: boolean | undefined;
  /** Largest size of all selected files together, in bytes. @default 64 GiB */
  readonly maxBytes?: number | undefined;
  /** Files that are downloaded at the same time. @default 4 */
  readonly concurrency?: number | undefined;
  /** Called after every piece that came, and once at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of `pullRepository`. */
export interface PullRepositoryOptions extends PullOptions {
  /** As `owner/name`. */
  readonly repo: string;
  /** @default 'model' */
  readonly type?: RepositoryType | undefined;
}

/** Files of a repository on this machine. */
export interface PulledRepository {
  readonly repo: string;
  readonly type: RepositoryType;
  /** As it was asked for. */
  readonly revision: string;
  /** The commit that it was: give it as `revision` to get the same files again. */
  readonly commit: string;
  /** Where the files are. In the cache they are links, and others may be next to them. */
  readonly directory: string;
  /** What was selected, in the order of the repository. */
  readonly files: readonly HubFile[];
  /** Bytes that came over the network; what was in the cache is not counted. */
  readonly downloadedBytes: number;
}

/**
 * Downloads files of a repository of the Hugging Face hub: an artifact with `type: 'model'`, a
 * data set with `type: 'dataset'`. What is in the cache is not downloaded again, what an earlier
 * call began is completed, and every file takes its place only once its length and hash are what
 * the hub lists. Lists through @huggingface/hub, an optional peer dependency.
 *
 * @throws HubError when the hub cannot be reached, refuses, lists paths that are not safe, or
 * gives something else than it lists.
 * @throws EmbedLLMError `invalid-argument` on options out of range or a pattern without file, `io`
 * when writing fails, `missing-dependency` without @huggingface/hub.
 * @throws DataError naming the file of the token that cannot be read or holds none.
 *
 * @example
 * <!-- no-run: downloads from the hub -->
 * ```ts
 * const { directory, commit } = await pullRepository({ repo: 'me/my-router', directory: 'artifact' });
 * const artifact = await fromPretrained(directory);
 * ```
 */
export async function pullRepository(options: PullRepositoryOptions): Promise<PulledRepository> {
  const { revision = 'main', maxBytes = 64 * 1024 ** 3, concurrency = 4, signal } = options;
  if (maxBytes !== Number.POSITIVE_INFINITY) checkNumber('maxBytes', maxBytes, { above: 0 });
  checkInteger('concurrency', concurrency, { min: 1 });
  const source = repository(options.type ?? 'model', options.repo);
  checkRevision(revision);
  const { environment = process.env } = options;
  const settings = await hubSettings(options);
  const offline = options.offline ?? isOffline(environment);
  signal?.throwIfAborted();
  if (options.directory !== undefined) await assertEmptyDirectory(options.directory);
  const cache = new RepositoryCache(
    options.cacheDirectory ?? defaultCacheDirectory(environment),
    source,
  );
  // Ends the other downloads when one fails.
  const ending = new AbortController();
  const ended = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
  const client = offline ? undefined : new HubClient({ ...settings, signal: ended }, source);
  try {
    const commit = await resolveRevision(source, revision, cache, client);
    const listed = await listRepository(source, commit, cache, client);
    const files = selectFiles(source, listed, options.files);
    const meter = new PullMeter(files, options.onProgress);
    if (meter.totalBytes > maxBytes) {
      throw new EmbedLLMError(
        `The selected files have ${meter.totalBytes} bytes, more than ${maxBytes}. Select fewer, or raise maxBytes.`,
        { code: 'invalid-argument' },
      );
    }
    const url = `${repositoryUrl(source, settings.endpoint)}/resolve/${commit}/`;
    await forAll(sameContents(files), concurrency, ending, async (same) => {
      const [first] = same as [HubFile];
      if (!(await isThere(same, commit, cache))) {
        if (client === undefined) throw notCached(source, `the file ${quoted(first.path)}`);
        const address = url + first.path.split('/').map(encodeURIComponent).join('/');
        const onBytes = (bytes: number): void => meter.set(first, bytes);
        await downloadBlob(first, { client, cache, url: address, onBytes });
      }
      for (const file of same) {
        if (!(await cache.has(commit, file))) await cache.linkIntoSnapshot(commit, file);
        meter.complete(file);
      }
    });
    signal?.throwIfAborted();
    const { directory } = options;
    if (directory !== undefined) {
      await fillDirectory(directory, async (temporary) => {
        for (const { path } of files) {
          signal?.throwIfAborted();
          const place = join(temporary, ...path.split('/'));
          await mkdir(dirname(place), { recursive: true });
          // Shares the blocks where the file system can.
          await copyFile(cache.file(commit, path), place, constants.COPYFILE_FICLONE);
        }
      });
    }
    return {
      repo: source.name,
      type: source.type,
      revision,
      commit,
      directory: directory ?? cache.snapshot(commit),
      files,
      downloadedBytes: meter.downloaded,
    };
  } catch (error) {
    if (errorCode(error) === undefined || error instanceof EmbedLLMError) throw error;
    throw new EmbedLLMError(`${cache.directory} cannot be used (${messageOf(error)}).`, {
      code: 'io',
      cause: error,
    });
  }
}

/** Whether one content is there, by its hash or as each of its files. */
async function isThere(
  same: readonly HubFile[],
  commit: string,
  cache: RepositoryCache,
): Promise<boolean> {
  if (await cache.hasBlob(same[0] as HubFile)) return true;
  for (const file of same) if (!(await cache.has(commit, file))) return false;
  return true;
}

/** Files of one content are downloaded once. */
function sameContents(files: readonly HubFile[]): HubFile[][] {
  const groups = new Map<string, HubFile[]>();
  for (const file of files) {
    const group = groups.get(file.etag);
    if (group) group.push(file);
    else groups.set(file.etag, [file]);
  }
  return [...groups.values()];
}

/** Runs several at a time; the first error ends the others and is thrown once they have ended. */
async function forAll<T>(
  items: readonly T[],
  concurrency: number,
  ending: AbortController,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (const item of queue) {
      if (failure !== undefined) return;
      try {
        await action(item);
      } catch (error) {
        failure ??= { error };
        ending.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work));
  if (failure !== undefined) throw failure.error;
}
