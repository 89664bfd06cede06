import { type Hash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../files/read-error.js';
import { quoted } from '../files/relative-path.js';
import type { HubClient } from './hub-client.js';
import { HubError } from './hub-error.js';
import { contentHash, type HubFile } from './hub-file.js';
import type { RepositoryCache } from './repository-cache.js';
import { type Attempt, withRetries } from './retry.js';

const CHUNK_BYTES: number = 1024 * 1024;

/** Options of `downloadBlob`. */
export interface DownloadBlobOptions {
  readonly client: HubClient;
  readonly cache: RepositoryCache;
  readonly url: string;
  /** Called with the bytes that are there now, from 0 or what was there before, up to the file's size. */
  readonly onBytes: (bytes: number) => void;
}

/** A download that resumes where another one ended. */
interface Partial {
  readonly handle: FileHandle;
  readonly path: string;
  hash: Hash;
  length: number;
}

/**
 * Downloads a content into the cache. What an earlier call left, or a killed process, is
 * completed by asking for the rest (HTTP Range). The content takes its place once its length and
 * hash are right.
 *
 * @throws HubError when the server cannot give it, or gives something else than it listed.
 */
export async function downloadBlob(file: HubFile, options: DownloadBlobOptions): Promise<void> {
  const { client, cache } = options;
  const target = cache.blob(file.etag);
  await mkdir(dirname(target), { recursive: true });
  const path = await claimPartial(cache, file);
  const handle = await open(path, 'a+');
  const partial: Partial = { handle, path, hash: contentHash(file), length: 0 };
  let keep = true;
  try {
    await hashWhatIsThere(partial, file);
    const resumed = partial.length > 0;
    options.onBytes(partial.length);
    await withRetries(client.settings, (attempt) => fetchRest(partial, file, options, attempt));
    if (partial.hash.copy().digest('hex') !== file.etag && resumed) {
      // What was there before may be to blame: once from the beginning.
      await restart(partial, file);
      options.onBytes(0);
      await withRetries(client.settings, (attempt) => fetchRest(partial, file, options, attempt));
    }
    if (partial.hash.digest('hex') !== file.etag) {
      throw new HubError(
        `${quoted(file.path)} differs from the file that the hub lists (its hash is wrong). Download it again.`,
      );
    }
    await handle.sync();
    await handle.close();
    await rename(path, target);
  } catch (error) {
    // Only what cannot become right goes away: a refused request may be allowed the next time.
    keep = !(error instanceof HubError) || error.retryable || error.status !== undefined;
    throw error;
  } finally {
    await handle.close().catch(() => {});
    await leavePartial(cache, file, path, keep);
  }
}

/** Asks for what is missing and appends it. */
async function fetchRest(
  partial: Partial,
  file: HubFile,
  { client, url, onBytes }: DownloadBlobOptions,
  attempt: Attempt,
): Promise<void> {
  if (partial.length === file.size) return;
  const from = partial.length;
  const { response, body } = await client.open(url, {
    headers: {
      // A compressed answer would have another length than the file, and no parts.
      'accept-encoding': 'identity',
      ...(from > 0 ? { range: `bytes=${from}-` } : {}),
    },
  });
  if (from > 0 && !continuesAt(response, from)) {
    await restart(partial, file);
    onBytes(0);
  }
  const announced = response.headers.get('content-length');
  const expected = file.size - partial.length;
  const name = quoted(file.path);
  if (announced !== null && Number(announced) !== expected) {
    await response.body?.cancel();
    throw new HubError(
      `the server sends ${announced} bytes of ${name}, but ${expected} of the ${file.size} bytes that the hub lists are missing.`,
    );
  }
  const pieces = new Pieces(partial);
  try {
    for await (const chunk of body) {
      if (pieces.length + chunk.length > file.size) {
        throw new HubError(`${name} is longer than the ${file.size} bytes that the hub lists.`);
      }
      await pieces.add(chunk);
      attempt.progressed = true;
      onBytes(pieces.length);
    }
  } finally {
    // Also when it was cut off: the next request asks for what comes after.
    await pieces.flush();
  }
  if (partial.length < file.size) {
    throw new HubError(`${name} ended after ${partial.length} of ${file.size} bytes.`, {
      retryable: true,
    });
  }
}

/** Whether the answer is the part that was asked for; a server may send the whole instead. */
function continuesAt(response: Response, from: number): boolean {
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return response.status === 206 && range !== null && Number(range[1]) === from;
}

async function restart(partial: Partial, file: HubFile): Promise<void> {
  await partial.handle.truncate(0);
  partial.hash = contentHash(file);
  partial.length = 0;
}

async function hashWhatIsThere(partial: Partial, file: HubFile): Promise<void> {
  const { handle, hash } = partial;
  const { size } = await handle.stat();
  if (size > file.size) return handle.truncate(0);
  const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, size));
  while (partial.length < size) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, partial.length);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    partial.length += bytesRead;
  }
}

/** Appends what comes in small pieces in larger ones: each write is a trip to another thread. */
class Pieces {
  /** What is there with what is still to be written. */
  length: number;
  readonly #partial: Partial;
  #chunks: Uint8Array[] = [];

  constructor(partial: Partial) {
    this.#partial = partial;
    this.length = partial.length;
  }

  async add(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk);
    this.length += chunk.length;
    if (this.length - this.#partial.length >= CHUNK_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    for (let written = 0; written < bytes.length; ) {
      written += (await this.#partial.handle.write(bytes, written)).bytesWritten;
    }
    this.#partial.hash.update(bytes);
    this.#partial.length += bytes.length;
  }
}

/**
 * Takes over a partial download whose process is gone, or names a new one. Its name has the
 * process in it, and renaming succeeds for one of several that try: no two append to one file.
 */
async function claimPartial(cache: RepositoryCache, { etag }: HubFile): Promise<string> {
  const own = `${cache.blob(etag)}.${process.pid}-${randomBytes(4).toString('hex')}.incomplete`;
  for (const name of await cache.partials(etag)) {
    const owner = /\.(\d+)-[0-9a-f]+\.incomplete$/.exec(name);
    if (owner !== null && isRunning(Number(owner[1]))) continue;
    try {
      await rename(join(dirname(own), name), own);
      return own;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  return own;
}

/** Lets the next call, also of this process, continue; what cannot be completed goes away. */
async function leavePartial(
  cache: RepositoryCache,
  { etag }: HubFile,
  path: string,
  keep: boolean,
): Promise<void> {
  if (!keep) return rm(path, { force: true });
  const free = join(dirname(path), `${basename(cache.blob(etag))}.0-0.incomplete`);
  try {
    await rename(path, free);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
