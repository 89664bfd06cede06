import { createHash, type Hash } from 'node:crypto';
import { isJsonObject } from '@embedllm/internals';
import { quoted, unsafePath } from '../files/relative-path.js';
import { HubError } from './hub-error.js';

/** A file of a repository, at one commit. */
export interface HubFile {
  /** Within the repository, with `/` between its parts. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the content where it is kept in LFS, else the SHA-1 of its git blob; hexadecimal. */
  readonly etag: string;
}

/**
 * Checks an entry of a listing that a server, or a file of the cache, gives.
 *
 * @param what - Names the repository in messages.
 * @throws HubError when it is not what the hub lists, or its path is not safe to write to.
 */
export function checkHubFile(what: string, entry: unknown): HubFile {
  const { path, size, etag } = isJsonObject(entry) ? entry : {};
  if (typeof path !== 'string') throw new HubError(`${what} lists a file without a path.`);
  const problem = unsafePath(path) ?? segmentProblem(path);
  if (problem !== undefined) {
    throw new HubError(`${what} lists the file ${quoted(path)}, which is refused: ${problem}.`);
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new HubError(`${what} lists the file ${quoted(path)} without a size.`);
  }
  if (typeof etag !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) {
    throw new HubError(`${what} lists the file ${quoted(path)} without a hash.`);
  }
  return { path, size, etag };
}

/** An empty hash that a file's content must come to. */
export function contentHash({ size, etag }: HubFile): Hash {
  // Git hashes a blob with its type and length before it ("git hash-object").
  return etag.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** Paths of git have no such parts, and two of them would be one file. */
function segmentProblem(path: string): string | undefined {
  const parts = path.split('/');
  return parts.includes('.') || parts.includes('') ? 'a part of its path is empty' : undefined;
}
