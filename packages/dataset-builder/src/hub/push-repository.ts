import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataError, EmbedLLMError, type Progress } from '@embedllm/core';
import { messageOf, readError } from '../files/read-error.js';
import { unsafePath } from '../files/relative-path.js';
import { HubClient } from './hub-client.js';
import { HubError } from './hub-error.js';
import { type HubOptions, hubSettings } from './hub-settings.js';
import { hubUrl } from './list-repository.js';
import { loadHub } from './load-hub.js';
import { checkRevision, type RepositoryType, repository, repositoryUrl } from './repository.js';

/** Options of `pushRepository`. */
export interface PushRepositoryOptions extends HubOptions {
  /** As `owner/name`. */
  readonly repo: string;
  /** What to upload; its files keep their paths within it. */
  readonly directory: string;
  /** @default 'model' */
  readonly type?: RepositoryType | undefined;
  /** Branch to commit to. @default 'main' */
  readonly branch?: string | undefined;
  /** First line of the commit's message. @default 'Upload' and the number of files */
  readonly message?: string | undefined;
  /** Make the repository where it does not exist yet. @default true */
  readonly create?: boolean | undefined;
  /** Who may see a repository that is made. @default 'private' */
  readonly visibility?: 'private' | 'public' | undefined;
  /**
   * Which files of the directory, by their paths. Files and folders whose names begin with a dot
   * (.git, .env) are never uploaded.
   *
   * @default all
   */
  readonly filter?: ((path: string) => boolean) | undefined;
  /** Whether large files may be sent as Xet chunks where the hub offers it. @default true */
  readonly xet?: boolean | undefined;
  /** Called at each step and after each large file. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A commit that was made. */
export interface PushedRepository {
  readonly commit: string;
  /** Page of the repository. */
  readonly url: string;
  /** Paths that were uploaded. */
  readonly files: readonly string[];
}

/**
 * Uploads the files of a directory, such as a trained artifact, as one commit to a repository of
 * the Hugging Face hub; a failure before the commit leaves the repository as it was. Files that
 * are there and not in the directory stay. Uploads through @huggingface/hub, an optional peer
 * dependency.
 *
 * @throws HubError when the hub cannot be reached or refuses.
 * @throws EmbedLLMError `invalid-argument` without token or with nothing to upload,
 * `missing-dependency` without @huggingface/hub.
 * @throws DataError `io` when a file cannot be read, `invalid-data` on a symbolic link or a file of
 * the token that holds none.
 *
 * @example
 * <!-- no-run: uploads to the hub -->
 * ```ts
 * await savePretrained('artifact', artifact);
 * const { url, commit } = await pushRepository({ repo: 'me/my-router', directory: 'artifact' });
 * ```
 */
export async function pushRepository(options: PushRepositoryOptions): Promise<PushedRepository> {
  const { directory, branch = 'main', create = true, visibility = 'private', signal } = options;
  const target = repository(options.type ?? 'model', options.repo);
  checkRevision(branch);
  const settings = await hubSettings(options);
  const { token, endpoint } = settings;
  if (token === undefined) {
    throw new EmbedLLMError(
      'Uploads need an access token with write access. Set HF_TOKEN, log in with hf auth login, or pass token.',
      { code: 'invalid-argument' },
    );
  }
  signal?.throwIfAborted();
  const files = await listFiles(directory, '', options.filter ?? (() => true));
  if (files.length === 0) {
    throw new EmbedLLMError(`${directory} has no files to upload.`, { code: 'invalid-argument' });
  }
  const hub = await loadHub();
  const client = new HubClient(settings, target);
  const params = { repo: target, hubUrl: hubUrl(endpoint), fetch: client.fetch };
  if (create) {
    await hub.createRepo({ ...params, accessToken: token, visibility }).catch((error: unknown) => {
      // There is one already.
      if (!(error instanceof HubError) || error.status !== 409) throw error;
    });
  }
  const sent = new Set<string>();
  const report = (phase: 'preparing' | 'uploading' | 'committing'): void =>
    options.onProgress?.({ phase, done: sent.size, total: files.length, unit: 'files' });
  try {
    const steps = hub.commitIter({
      ...params,
      branch,
      title: options.message ?? `Upload ${files.length} files`,
      operations: files.map((path) => ({
        operation: 'addOrUpdate',
        path,
        content: pathToFileURL(join(directory, path)),
      })),
      useXet: options.xet ?? true,
      ...(signal ? { abortSignal: signal } : {}),
    });
    for (;;) {
      const { done, value } = await steps.next();
      if (done) {
        if (value === undefined) throw new HubError('The hub did not return a commit.');
        return {
          commit: value.commit.oid,
          url: repositoryUrl(target, endpoint),
          files,
        };
      }
      if (value.event === 'phase') report(PHASES[value.phase]);
      else if (value.state === 'uploading' && value.progress === 1) {
        sent.add(value.path);
        report('uploading');
      }
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof EmbedLLMError) throw error;
    throw new HubError(`The upload failed (${messageOf(error).replaceAll(token, 'hf_…')}).`, {
      cause: error,
    });
  }
}

const PHASES = {
  preuploading: 'preparing',
  uploadingLargeFiles: 'uploading',
  committing: 'committing',
} as const;

/** Paths of the files below a directory, in order. */
async function listFiles(
  root: string,
  below: string,
  filter: (path: string) => boolean,
): Promise<string[]> {
  let entries: Dirent[];
  const here = join(root, below);
  try {
    entries = await readdir(here, { withFileTypes: true });
  } catch (error) {
    throw readError(here, error);
  }
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      found.push(...(await listFiles(root, path, filter)));
      continue;
    }
    if (!filter(path)) continue;
    const problem = entry.isFile() ? unsafePath(path) : 'it is not a regular file';
    if (problem !== undefined) {
      throw new DataError(`cannot be uploaded: ${problem}.`, { file: join(here, entry.name) });
    }
    found.push(path);
  }
  return found;
}
