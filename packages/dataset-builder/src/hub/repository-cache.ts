import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { replaceFile } from '@embedllm/internals/files';
import { errorCode } from '../files/read-error.js';
import type { HubFile } from './hub-file.js';
import { isCommit, type Repository } from './repository.js';

/**
 * The folder of one repository in the cache, laid out as huggingface_hub does, so that both find
 * what the other downloaded: `refs/<revision>` holds a commit, `blobs/<etag>` the contents, and
 * `snapshots/<commit>/<path>` links to them. Beside these, `embedllm/<commit>.json` keeps the
 * listing of a commit, so that it is known offline what belongs to it.
 */
export class RepositoryCache {
  readonly directory: string;

  constructor(cacheDirectory: string, { type, name }: Repository) {
    this.directory = join(cacheDirectory, `${type}s--${name.replace('/', '--')}`);
  }

  /** Contents of a file, by the hash that the hub calls its etag. */
  blob(etag: string): string {
    return join(this.directory, 'blobs', etag);
  }

  snapshot(commit: string): string {
    return join(this.directory, 'snapshots', commit);
  }

  file(commit: string, path: string): string {
    return join(this.snapshot(commit), ...path.split('/'));
  }

  /** The commit that a branch or tag had when it was last asked for. */
  async readRef(revision: string): Promise<string | undefined> {
    const text = await readIfThere(join(this.directory, 'refs', ...revision.split('/')));
    const commit = text?.trim() ?? '';
    return isCommit(commit) ? commit : undefined;
  }

  async writeRef(revision: string, commit: string): Promise<void> {
    await writeWhole(join(this.directory, 'refs', ...revision.split('/')), commit);
  }

  /** What `writeListing` kept, not yet checked. */
  async readListing(commit: string): Promise<string | undefined> {
    return readIfThere(join(this.directory, 'embedllm', `${commit}.json`));
  }

  async writeListing(commit: string, files: readonly HubFile[]): Promise<void> {
    await writeWhole(join(this.directory, 'embedllm', `${commit}.json`), JSON.stringify(files));
  }

  /** Whether a file of a snapshot is there, complete. Its content was checked when it came. */
  async has(commit: string, { path, size }: HubFile): Promise<boolean> {
    return (await sizeIfThere(this.file(commit, path))) === size;
  }

  async hasBlob({ etag, size }: HubFile): Promise<boolean> {
    return (await sizeIfThere(this.blob(etag))) === size;
  }

  /** Lets a snapshot have a file whose content is there. */
  async linkIntoSnapshot(commit: string, { path, etag }: HubFile): Promise<void> {
    const target = this.blob(etag);
    const place = this.file(commit, path);
    await mkdir(dirname(place), { recursive: true });
    const temporary = `${place}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      try {
        await symlink(relative(dirname(place), target), temporary);
      } catch (error) {
        // Windows lets only some users make symbolic links.
        if (errorCode(error) !== 'EPERM') throw error;
        await link(target, temporary);
      }
      await rename(temporary, place);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Names of partial downloads of a content, whoever began them. */
  async partials(etag: string): Promise<string[]> {
    try {
      const names = await readdir(join(this.directory, 'blobs'));
      return names.filter((name) => name.startsWith(`${etag}.`) && name.endsWith('.incomplete'));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}

async function sizeIfThere(file: string): Promise<number | undefined> {
  try {
    const status = await stat(file);
    return status.isFile() ? status.size : undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
}

async function writeWhole(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, content);
}
