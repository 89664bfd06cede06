import { isJsonObject } from '@embedllm/internals';
import { quoted } from '../files/relative-path.js';
import type { HubClient } from './hub-client.js';
import { HubError } from './hub-error.js';
import { checkHubFile, type HubFile } from './hub-file.js';
import { loadHub } from './load-hub.js';
import { describeRepository, isCommit, type Repository } from './repository.js';
import type { RepositoryCache } from './repository-cache.js';

/** Larger repositories are listed for too long to be tables of evaluations or artifacts. */
const MAX_FILES = 200_000;
/** A page of the hub has 1,000 files. */
const MAX_PAGES = 250;

/**
 * Finds the commit of a revision: a commit is itself, others are asked for, or offline looked up
 * in the cache.
 *
 * @throws HubError when there is none.
 */
export async function resolveRevision(
  repository: Repository,
  revision: string,
  cache: RepositoryCache,
  client: HubClient | undefined,
): Promise<string> {
  if (isCommit(revision)) return revision;
  if (client === undefined) {
    const commit = await cache.readRef(revision);
    if (commit !== undefined) return commit;
    throw notCached(repository, `the revision ${quoted(revision)}`);
  }
  const hub = await loadHub();
  const { name, type } = repository;
  const { endpoint } = client.settings;
  const params = { name, revision, hubUrl: hubUrl(endpoint), fetch: client.fetch };
  const { sha } =
    type === 'dataset'
      ? await hub.datasetInfo({ ...params, additionalFields: ['sha'] })
      : await hub.modelInfo({ ...params, additionalFields: ['sha'] });
  if (typeof sha !== 'string' || !isCommit(sha)) {
    throw new HubError(`the description of ${describeRepository(repository)} has no commit.`);
  }
  await cache.writeRef(revision, sha);
  return sha;
}

/**
 * Lists the files of a commit, from the cache where it was listed before: a commit never changes.
 *
 * @throws HubError when it cannot be listed or has a file that is refused.
 */
export async function listRepository(
  repository: Repository,
  commit: string,
  cache: RepositoryCache,
  client: HubClient | undefined,
): Promise<readonly HubFile[]> {
  const cached = parseListing(repository, await cache.readListing(commit));
  if (cached !== undefined) return cached;
  if (client === undefined) throw notCached(repository, `the commit ${commit}`);
  const files = await askForListing(repository, commit, client);
  await cache.writeListing(commit, files);
  return files;
}

/** The error when the cache lacks a file and the hub may not be asked. */
export function notCached(repository: Repository, what: string): HubError {
  return new HubError(
    `${describeRepository(repository)}: ${what} is not in the cache. Download it once without offline or HF_HUB_OFFLINE.`,
  );
}

/** The URL in the form that the hub's client takes. */
export function hubUrl(endpoint: URL): string {
  return endpoint.href.replace(/\/$/, '');
}

async function askForListing(
  repository: Repository,
  commit: string,
  client: HubClient,
): Promise<HubFile[]> {
  const hub = await loadHub();
  const what = describeRepository(repository);
  const found = new Map<string, HubFile>();
  let pages = 0;
  const fetchPage: typeof fetch = (input, init) => {
    if (++pages > MAX_PAGES)
      throw new HubError(`the file listing of ${what} never ends (too many pages).`);
    return client.fetch(input, init);
  };
  const listing = hub.listFiles({
    repo: { type: repository.type, name: repository.name },
    recursive: true,
    revision: commit,
    hubUrl: hubUrl(client.settings.endpoint),
    fetch: fetchPage,
  });
  try {
    for await (const entry of listing) {
      // Typed by the client, but sent by a server.
      const item: unknown = entry;
      if (!isJsonObject(item)) throw new HubError(`the file listing of ${what} is malformed.`);
      if (item.type === 'directory') continue;
      const etag = isJsonObject(item.lfs) ? item.lfs.oid : item.oid;
      const size = isJsonObject(item.lfs) ? item.lfs.size : item.size;
      const file = checkHubFile(what, { path: item.path, size, etag });
      if (found.has(file.path)) throw new HubError(`${what} lists ${quoted(file.path)} twice.`);
      found.set(file.path, file);
      if (found.size > MAX_FILES) throw new HubError(`${what} has more than ${MAX_FILES} files.`);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
    throw new HubError(`the file listing of ${what} is malformed.`, { cause: error });
  }
  return [...found.values()];
}

/** `undefined` where it is not there or was damaged: then it is asked for again. */
function parseListing(repository: Repository, text: string | undefined): HubFile[] | undefined {
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (!Array.isArray(json)) return undefined;
    return json.map((entry: unknown) => checkHubFile(describeRepository(repository), entry));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof HubError) return undefined;
    throw error;
  }
}
