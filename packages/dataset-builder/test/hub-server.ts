import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Contents above this size are kept in LFS, on another host. */
const LFS_BYTES = 2000;
const PAGE_LENGTH = 3;

/** What was asked of the server. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Which of the two hosts: the hub, or the one with the large files. */
  readonly host: 'hub' | 'storage';
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** Answers a request in another way, or leaves it to the server by returning false. */
export type Fault = (request: SeenRequest, response: ServerResponse) => boolean;

type Files = Map<string, Buffer>;

interface StoredRepository {
  readonly commits: Map<string, Files>;
  readonly branches: Map<string, string>;
}

/**
 * A server with the routes of the Hugging Face hub that its client uses, on two ports of this
 * machine: the hub itself, and the storage of large files that it redirects to.
 */
export class HubServer {
  readonly seen: SeenRequest[] = [];
  /** Asked before every answer. */
  fault: Fault = () => false;
  /** Changes what is listed. */
  listing: (items: Record<string, unknown>[]) => unknown = (items) => items;
  /** Requests without this token are refused. */
  token: string | undefined;
  readonly #repositories: Map<string, StoredRepository> = new Map();
  readonly #objects: Map<string, Buffer> = new Map();
  #hub: Server | undefined;
  #storage: Server | undefined;

  async start(): Promise<void> {
    this.#hub = await listen((request, response) => this.#answer('hub', request, response));
    this.#storage = await listen((request, response) => this.#answer('storage', request, response));
  }

  stop(): void {
    for (const server of [this.#hub, this.#storage]) {
      server?.closeAllConnections();
      server?.close();
    }
  }

  get endpoint(): string {
    return address(this.#hub);
  }

  /** Commits files to the main branch and returns the commit. */
  commit(name: string, files: Readonly<Record<string, string | Buffer>>, branch = 'main'): string {
    const found = this.#repositories.get(name) ?? { commits: new Map(), branches: new Map() };
    this.#repositories.set(name, found);
    const before = found.commits.get(found.branches.get(branch) ?? '') ?? new Map();
    const after: Files = new Map(before);
    for (const [path, content] of Object.entries(files)) after.set(path, Buffer.from(content));
    const commit = sha1(`${name} ${found.commits.size}`);
    found.commits.set(commit, after);
    found.branches.set(branch, commit);
    return commit;
  }

  has(name: string): boolean {
    return this.#repositories.has(name);
  }

  files(name: string): Readonly<Record<string, string>> {
    const found = this.#repositories.get(name);
    const files = found?.commits.get(found.branches.get('main') ?? '') ?? new Map();
    return Object.fromEntries([...files].map(([path, content]) => [path, content.toString()]));
  }

  /** Requests since the last call. */
  takeSeen(): SeenRequest[] {
    return this.seen.splice(0);
  }

  async #answer(
    host: SeenRequest['host'],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const { range, authorization } = request.headers;
    const seen: SeenRequest = { method, url, host, range, authorization };
    this.seen.push(seen);
    const body = await readBody(request);
    if (this.fault(seen, response)) return;
    if (host === 'storage') this.#answerStorage(seen, body, response);
    else if (this.token !== undefined && authorization !== `Bearer ${this.token}`) {
      refuse(response, 401, 'GatedRepo', 'Access to this data set is restricted');
    } else this.#answerHub(seen, body, response);
  }

  #answerStorage(
    { method, url, range }: SeenRequest,
    body: Buffer,
    response: ServerResponse,
  ): undefined {
    const oid = /^\/lfs\/([0-9a-f]{64})\?signature=secret/.exec(url)?.[1] ?? '';
    if (method === 'PUT') {
      this.#objects.set(oid, body);
      response.end();
      return undefined;
    }
    const content = this.#objects.get(oid);
    if (content === undefined) refuse(response, 404, 'EntryNotFound', '');
    else sendContent(response, content, range);
  }

  #answerHub(
    { method, url, range }: SeenRequest,
    body: Buffer,
    response: ServerResponse,
  ): undefined {
    const { pathname, searchParams } = new URL(url, this.endpoint);
    const path = decodeURIComponent(pathname);
    if (method === 'POST') {
      return this.#answerPost(path, body, response);
    }
    const api = /^\/api\/(dataset|model)s\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(path);
    const file = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(path);
    const name = api?.[2] ?? file?.[2] ?? '';
    const found = this.#repositories.get(name);
    if (found === undefined) return refuse(response, 404, 'RepoNotFound', 'Repository not found');
    const revision = api?.[4] ?? file?.[3] ?? '';
    const commit = found.branches.get(revision) ?? revision;
    const files = found.commits.get(commit);
    if (files === undefined) {
      return refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
    }
    if (api?.[3] === 'revision') {
      const lastModified = '2026-01-01T00:00:00.000Z';
      return sendJson(response, { _id: '1', id: name, sha: commit, private: false, lastModified });
    }
    if (api !== null) return this.#sendPage(path, searchParams, files, response);
    const content = files.get(file?.[4] ?? '');
    if (content === undefined) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
    if (content.length <= LFS_BYTES) return sendContent(response, content, range);
    const oid = sha256(content);
    this.#objects.set(oid, content);
    response.setHeader('x-linked-etag', `"${oid}"`);
    response.writeHead(302, { location: `${address(this.#storage)}/lfs/${oid}?signature=secret` });
    response.end();
  }

  #sendPage(
    path: string,
    query: URLSearchParams,
    files: Files,
    response: ServerResponse,
  ): undefined {
    const items: Record<string, unknown>[] = [];
    const directories = new Set<string>();
    for (const [name, content] of files) {
      const directory = name.split('/').slice(0, -1).join('/');
      if (directory !== '' && !directories.has(directory)) {
        directories.add(directory);
        items.push({ type: 'directory', oid: sha1(directory), size: 0, path: directory });
      }
      const item = { type: 'file', oid: gitHash(content), size: content.length, path: name };
      const lfs = { oid: sha256(content), size: content.length, pointerSize: 130 };
      items.push(content.length > LFS_BYTES ? { ...item, oid: sha1(name), lfs } : item);
    }
    const from = Number(query.get('cursor') ?? 0);
    if (from + PAGE_LENGTH < items.length) {
      const next = `${this.endpoint}${path}?recursive=true&cursor=${from + PAGE_LENGTH}`;
      response.setHeader('link', `<${next}>; rel="next"`);
    }
    sendJson(response, this.listing(items.slice(from, from + PAGE_LENGTH)));
  }

  #answerPost(path: string, body: Buffer, response: ServerResponse): undefined {
    if (path === '/api/repos/create') {
      const { name, organization } = JSON.parse(body.toString());
      const full = `${organization}/${name}`;
      if (this.#repositories.has(full)) {
        return refuse(response, 409, '', 'You already created this model repo');
      }
      this.commit(full, {});
      return sendJson(response, { url: `${this.endpoint}/${full}`, id: '1' });
    }
    const api = /^\/api\/(?:dataset|model)s\/([^/]+\/[^/]+)\/(preupload|commit)\/(.+)$/.exec(path);
    if (path.endsWith('.git/info/lfs/objects/batch')) {
      const { objects } = JSON.parse(body.toString());
      const upload = (oid: string): unknown =>
        this.#objects.has(oid)
          ? undefined
          : { upload: { href: `${address(this.#storage)}/lfs/${oid}?signature=secret` } };
      return sendJson(response, {
        transfer: 'basic',
        objects: objects.map((object: { oid: string; size: number }) => ({
          ...object,
          actions: upload(object.oid),
        })),
      });
    }
    const [, name = '', action, branch = ''] = api ?? [];
    if (!this.#repositories.has(name)) return refuse(response, 404, 'RepoNotFound', 'Not found');
    if (action === 'preupload') {
      const { files } = JSON.parse(body.toString());
      return sendJson(response, {
        files: files.map((file: { path: string; size: number }) => ({
          path: file.path,
          uploadMode: file.size > LFS_BYTES ? 'lfs' : 'regular',
        })),
      });
    }
    const files: Record<string, Buffer> = {};
    for (const line of body.toString().split('\n')) {
      const { key, value } = JSON.parse(line);
      if (key === 'file') files[value.path] = Buffer.from(value.content, 'base64');
      if (key === 'lfsFile') files[value.path] = this.#objects.get(value.oid) ?? Buffer.alloc(0);
    }
    const commitOid = this.commit(name, files, branch);
    sendJson(response, { success: true, commitOid, commitUrl: `${this.endpoint}/${name}` });
  }
}

/** An error as the hub sends it. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): undefined {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(code === '' ? {} : { 'x-error-code': code, 'x-error-message': message }),
  });
  response.end(JSON.stringify({ error: message }));
}

function sendJson(response: ServerResponse, json: unknown): undefined {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(json));
}

/** With a range of bytes where it is asked for (RFC 9110, 14.2): `bytes=from-` or `bytes=from-to`. */
function sendContent(
  response: ServerResponse,
  content: Buffer,
  range: string | undefined,
): undefined {
  response.setHeader(
    'etag',
    `"${content.length > LFS_BYTES ? sha256(content) : gitHash(content)}"`,
  );
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (asked === null) {
    response.writeHead(200, { 'content-length': content.length });
    response.end(content);
    return undefined;
  }
  const from = Number(asked[1]);
  const to = asked[2] ? Number(asked[2]) : content.length - 1;
  const part = content.subarray(from, to + 1);
  response.writeHead(206, {
    'content-range': `bytes ${from}-${to}/${content.length}`,
    'content-length': part.length,
  });
  response.end(part);
}

function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      handler(request, response).catch((error: unknown) => {
        response.destroy();
        throw error;
      });
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function address(server: Server | undefined): string {
  const at = server?.address();
  if (at === null || typeof at !== 'object') throw new Error('the server is not started');
  return `http://127.0.0.1:${at.port}`;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sha1(content: string): string {
  return createHash('sha1').update(content).digest('hex');
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function gitHash(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
