import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@embedllm/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildZip, pickleOf } from '../../core/src/torch/zip.fixture.js';
import { downloadDataset, HubError, type PullOptions, pullRepository } from '../src/hub.js';
import { readEvaluationFolder } from '../src/index.js';
import { openEvaluationStore } from '../src/store.js';
import { HubServer, refuse } from './hub-server.js';
import { temporaryDirectory } from './temporary-directory.js';

const hub = new HubServer();
afterAll(() => hub.stop());
const root = temporaryDirectory();
let count = 0;
const fresh = (name: string): string => join(root, `${count++}-${name}`);
const TOKEN = 'hf_0123456789abcdef';
/** So that the login of who runs the tests stays out of them. */
const NO_LOGIN = { HF_TOKEN_PATH: '/no/such/token' };

/** Options for a fresh cache, with short waits. */
function options(more: PullOptions = {}): PullOptions {
  return {
    endpoint: hub.endpoint,
    cacheDirectory: fresh('cache'),
    retryDelayMs: 1,
    environment: NO_LOGIN,
    offline: false,
    ...more,
  };
}

/** A table with the columns of RZ412/EmbedLLM: 4 models, questions `from` to `to`. */
function table(from: number, to: number): string {
  const rows = ['prompt_id,model_id,category,label,prompt,model_name'];
  for (let q = from; q < to; q++) {
    for (let m = 0; m < 4; m++) {
      rows.push(`${q},${m},mmlu,${(q + m) % 2},"Question ${q}, with text?",model-${m}`);
    }
  }
  return `${rows.join('\n')}\n`;
}

const EMBEDLLM: Readonly<Record<string, string | Buffer>> = {
  '.gitattributes': '*.csv filter=lfs diff=lfs merge=lfs -text\n',
  'README.md': '# EmbedLLM\n',
  'train.csv': table(0, 40),
  'val.csv': table(40, 45),
  'test.csv': table(45, 50),
  'question_order.csv': 'prompt_id,category,prompt\n0,mmlu,"Question 0, with text?"\n',
  'model_order.csv': 'model_id,model_name\n0,model-0\n',
  // [50, 4], as torch.save lays it out.
  'question_embeddings.pth': Buffer.from(
    buildZip({
      'x/data.pkl': pickleOf({ shape: [50, 4], strides: [4, 1] }),
      'x/data/0': new Uint8Array(Float32Array.from({ length: 200 }, (_, i) => i).buffer),
    }),
  ),
  'train_x.pth': Buffer.alloc(9000, 8),
};
let commit: string;

beforeAll(async () => {
  await hub.start();
  commit = hub.commit('RZ412/EmbedLLM', EMBEDLLM);
});
beforeEach(() => {
  hub.fault = () => false;
  hub.listing = (items) => items;
  hub.token = undefined;
  hub.takeSeen();
});

/** A large file, so that it comes in several pieces. */
const LARGE = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * i) % 251));

async function thrownBy(promise: Promise<unknown>): Promise<HubError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HubError)) throw error ?? new Error('nothing was thrown');
  return error;
}

describe('downloadDataset', () => {
  it('brings the layout of RZ412/EmbedLLM into readEvaluationFolder and the store', async () => {
    const { directory, files, ...result } = await downloadDataset(undefined, options());
    expect(result).toMatchObject({ repo: 'RZ412/EmbedLLM', type: 'dataset', commit });
    expect(files.map(({ path }) => path)).toEqual([
      'README.md',
      'train.csv',
      'val.csv',
      'test.csv',
      'question_order.csv',
      'model_order.csv',
      'question_embeddings.pth',
    ]);
    const { questions, models, correctness, split, embeddings } =
      await readEvaluationFolder(directory);
    expect([questions.length, models.length]).toEqual([50, 4]);
    expect(split?.train).toHaveLength(40);
    expect(split?.test).toEqual([45, 46, 47, 48, 49]);
    expect(correctness.get(41, 2)).toBe(1);
    expect([...(embeddings?.row(49) ?? [])]).toEqual([196, 197, 198, 199]);
    const store = await openEvaluationStore(fresh('pool.duckdb'));
    await store.importEmbedLLM({
      responses: ['train.csv', 'val.csv', 'test.csv'].map((name) => join(directory, name)),
    });
    const { questions: stored } = await store.toDataset();
    store.close();
    expect(stored).toHaveLength(50);
  });

  it('reads from the cache afterwards: offline, or by the commit, nothing is asked', async () => {
    const first = options();
    const { directory, downloadedBytes, files } = await downloadDataset(undefined, first);
    expect(downloadedBytes).toBe(files.reduce((sum, { size }) => sum + size, 0));
    hub.takeSeen();
    for (const again of [{ offline: true }, { revision: commit }]) {
      const result = await downloadDataset(undefined, { ...first, ...again });
      expect(result).toMatchObject({ commit, directory, files, downloadedBytes: 0 });
    }
    expect(hub.takeSeen()).toEqual([]);
    // A branch can have moved: one question.
    await downloadDataset(undefined, first);
    expect(hub.takeSeen().map(({ url }) => url.split('?')[0])).toEqual([
      '/api/datasets/RZ412/EmbedLLM/revision/main',
    ]);
  });

  it('takes only what changed when a branch moves, and keeps the old commit', async () => {
    hub.commit('me/moving', { 'a.csv': 'a\n1\n', 'b.csv': 'b\n1\n', 'copy.csv': 'a\n1\n' });
    const cache = options();
    const old = await downloadDataset('me/moving', cache);
    expect(hub.takeSeen().filter(({ url }) => url.includes('/resolve/'))).toHaveLength(2);
    hub.commit('me/moving', { 'b.csv': 'b\n2\n' });
    const moved = await downloadDataset('me/moving', cache);
    expect(moved.downloadedBytes).toBe(4);
    expect(await readFile(join(moved.directory, 'b.csv'), 'utf8')).toBe('b\n2\n');
    expect(await readFile(join(moved.directory, 'a.csv'), 'utf8')).toBe('a\n1\n');
    expect(await readFile(join(old.directory, 'b.csv'), 'utf8')).toBe('b\n1\n');
  });

  it('lays the cache out as huggingface_hub does', async () => {
    const cacheDirectory = fresh('cache');
    await downloadDataset(undefined, options({ cacheDirectory, files: ['README.md'] }));
    const folder = join(cacheDirectory, 'datasets--RZ412--EmbedLLM');
    expect(await readFile(join(folder, 'refs', 'main'), 'utf8')).toBe(commit);
    // What `git hash-object` says of the content.
    expect(await readdir(join(folder, 'blobs'))).toEqual([
      '9e0eb089b6cc9bae5ba541d94e4ebaa73d41f9ac',
    ]);
    expect(await readFile(join(folder, 'snapshots', commit, 'README.md'), 'utf8')).toBe(
      '# EmbedLLM\n',
    );
  });

  it('reads what huggingface_hub left in the cache', async () => {
    const cacheDirectory = fresh('cache');
    const folder = join(cacheDirectory, 'datasets--RZ412--EmbedLLM', 'snapshots', commit);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'train.csv'), EMBEDLLM['train.csv'] ?? '');
    await downloadDataset(undefined, options({ cacheDirectory, files: ['train.csv'] }));
    expect(hub.takeSeen().filter(({ url }) => url.includes('/resolve/'))).toEqual([]);
  });

  it('selects by patterns and functions, and names a pattern without file', async () => {
    hub.commit('me/deep', { 'a.csv': '1', 'deep/b.csv': '2', 'deep/c.bin': '3', 'x.txt': '4' });
    const paths = async (files: PullOptions['files']): Promise<string[]> => {
      const result = await downloadDataset('me/deep', options({ files }));
      return result.files.map(({ path }) => path);
    };
    expect(await paths(undefined)).toEqual(['a.csv', 'deep/b.csv']);
    expect(await paths(['deep/*'])).toEqual(['deep/b.csv', 'deep/c.bin']);
    expect(await paths(['*.{csv,txt}'])).toEqual(['a.csv', 'deep/b.csv', 'x.txt']);
    expect(await paths((path) => path.startsWith('x'))).toEqual(['x.txt']);
    await expect(paths(['*.csv', '*.parquet'])).rejects.toThrow(
      /has no file \*\.parquet. Available: a\.csv, deep\/b\.csv/,
    );
  });

  it('copies into a directory, all files or none', async () => {
    const directory = fresh('copy');
    const cache = options({ directory, files: ['*.md', 'train.csv'] });
    const result = await downloadDataset(undefined, cache);
    expect(result.directory).toBe(directory);
    expect((await readdir(directory)).sort()).toEqual(['README.md', 'train.csv']);
    expect(await readFile(join(directory, 'train.csv'), 'utf8')).toBe(EMBEDLLM['train.csv']);
    await expect(downloadDataset(undefined, cache)).rejects.toThrow(/is not empty/);
  });

  it('says how far it is', async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): number => seen.push(progress);
    const { files } = await downloadDataset(undefined, options({ onProgress }));
    const last = seen.at(-1);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    expect(last).toMatchObject({ phase: 'download', done: total, total, unit: 'bytes' });
  });
});

describe('a download over a bad connection', () => {
  const name = 'me/large';
  beforeAll(() => {
    hub.commit(name, { 'large.csv': LARGE });
  });
  const storage = () => hub.takeSeen().filter(({ host }) => host === 'storage');

  it('continues with the missing bytes when the connection is cut', async () => {
    let cuts = 0;
    hub.fault = ({ host, range }, response) => {
      if (host !== 'storage' || cuts >= 3) return false;
      cuts++;
      const from = Number(/\d+/.exec(range ?? '0')?.[0]);
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': LARGE.length - from,
        ...(from > 0 ? { 'content-range': `bytes ${from}-` } : {}),
      });
      response.write(LARGE.subarray(from, from + 700_000), () => response.destroy());
      return true;
    };
    const { directory, downloadedBytes } = await downloadDataset(name, options({ maxRetries: 1 }));
    expect(Buffer.compare(await readFile(join(directory, 'large.csv')), LARGE)).toBe(0);
    const starts = storage().map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
    expect(starts).toHaveLength(4);
    expect(starts[0]).toBe(0);
    // Each begins where the one before was cut off: no byte comes twice.
    expect(starts.every((start, i) => i === 0 || start > (starts[i - 1] ?? 0))).toBe(true);
    expect(downloadedBytes).toBe(LARGE.length);
  });

  it('continues in a later call, after a stop or a killed process', async () => {
    const cache = options();
    const controller = new AbortController();
    const stopped = downloadDataset(name, {
      ...cache,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done > 1_000_000) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    const blobs = join(cache.cacheDirectory ?? '', 'datasets--me--large', 'blobs');
    const [partial = ''] = await readdir(blobs);
    expect(partial).toMatch(/\.incomplete$/);
    hub.takeSeen();
    // As a killed process leaves it: with the number of a process that is gone.
    const killed = join(blobs, partial.replace(/\.0-0\./, '.999999999-abcd.'));
    await rename(join(blobs, partial), killed);
    const there = (await stat(killed)).size;
    const { directory, downloadedBytes } = await downloadDataset(name, cache);
    expect(storage().map(({ range }) => range)).toEqual([`bytes=${there}-`]);
    expect(downloadedBytes).toBe(LARGE.length - there);
    expect(Buffer.compare(await readFile(join(directory, 'large.csv')), LARGE)).toBe(0);
    expect(await readdir(blobs)).toHaveLength(1);
  });

  it('starts over when what was there is wrong, or the server sends no parts', async () => {
    const cache = options();
    const blobs = join(cache.cacheDirectory ?? '', 'datasets--me--large', 'blobs');
    await mkdir(blobs, { recursive: true });
    const { files } = await downloadDataset(name, options());
    const partial = join(blobs, `${files[0]?.etag}.0-0.incomplete`);
    await writeFile(partial, 'damaged');
    hub.takeSeen();
    const { directory } = await downloadDataset(name, cache);
    expect(storage().map(({ range }) => range)).toEqual(['bytes=7-', undefined]);
    expect(Buffer.compare(await readFile(join(directory, 'large.csv')), LARGE)).toBe(0);
    // The whole instead of the part that was asked for.
    const other = options();
    await mkdir(join(other.cacheDirectory ?? '', 'datasets--me--large', 'blobs'), {
      recursive: true,
    });
    await writeFile(partial.replace(cache.cacheDirectory ?? '', other.cacheDirectory ?? ''), 'x');
    hub.fault = ({ host }, response) => {
      if (host !== 'storage') return false;
      response.writeHead(200, { 'content-length': LARGE.length });
      response.end(LARGE);
      return true;
    };
    const whole = await downloadDataset(name, other);
    expect(Buffer.compare(await readFile(join(whole.directory, 'large.csv')), LARGE)).toBe(0);
  });

  it('two calls at the same time both end with the whole', async () => {
    const cache = options();
    const [a, b] = await Promise.all([downloadDataset(name, cache), downloadDataset(name, cache)]);
    expect(a.directory).toBe(b.directory);
    expect(Buffer.compare(await readFile(join(a.directory, 'large.csv')), LARGE)).toBe(0);
    const blobs = join(cache.cacheDirectory ?? '', 'datasets--me--large', 'blobs');
    expect((await readdir(blobs)).filter((file) => file.endsWith('.incomplete'))).toEqual([]);
  });

  it('waits as long as a busy hub asks, and tries again after 5xx', async () => {
    const answers = [429, 503, 500];
    hub.fault = (_, response) => {
      const status = answers.shift();
      if (status === undefined) return false;
      response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {});
      response.end('busy');
      return true;
    };
    const begun = performance.now();
    await downloadDataset(name, options());
    expect(performance.now() - begun).toBeGreaterThan(990);
    expect(answers).toEqual([]);
  });

  it('gives up after so many tries, and where the wait is too long', async () => {
    hub.fault = (_, response) => {
      response.writeHead(503);
      response.end('<html>busy</html>');
      return true;
    };
    const error = await thrownBy(downloadDataset(name, options({ maxRetries: 2 })));
    expect(error.message).toMatch(/revision\/main answered 503\.$/);
    expect(hub.takeSeen()).toHaveLength(3);
    hub.fault = (_, response) => {
      response.writeHead(429, { 'retry-after': '3600' });
      response.end();
      return true;
    };
    const busy = await thrownBy(downloadDataset(name, options()));
    expect(busy).toMatchObject({ status: 429, retryAfterMs: 3_600_000, code: 'http' });
    expect(busy.message).toMatch(
      /is not accepting requests at the moment\. It asks to wait 3600 s/,
    );
    expect(hub.takeSeen()).toHaveLength(1);
  });

  it('does not wait forever for a server that sends nothing', async () => {
    hub.fault = ({ host }, response) => {
      if (host !== 'storage') return false;
      response.writeHead(200, { 'content-length': LARGE.length });
      response.write(LARGE.subarray(0, 1000));
      return true;
    };
    const slow = options({ timeoutMs: 150, maxRetries: 0 });
    const error = await thrownBy(downloadDataset(name, slow));
    expect(error.message).toMatch(/large\.csv sent nothing for 150 ms/);
    expect(error.message).not.toContain('secret');
    const controller = new AbortController();
    const waiting = downloadDataset(
      name,
      options({
        signal: controller.signal,
        onProgress: () => controller.abort(new Error('enough')),
      }),
    );
    await expect(waiting).rejects.toThrow('enough');
  });

  it('says that there is no hub, with what to do', async () => {
    const nowhere = options({ endpoint: 'http://127.0.0.1:1', maxRetries: 1 });
    const error = await thrownBy(downloadDataset(name, nowhere));
    expect(error.message).toMatch(
      /connection to http:\/\/127\.0\.0\.1:1\/.* failed.*offline: true/,
    );
    const offline = await thrownBy(downloadDataset(name, options({ offline: true })));
    expect(offline.message).toBe(
      'the data set me/large: the revision "main" is not in the cache. Download it once without offline or HF_HUB_OFFLINE.',
    );
    const cache = options({ files: [] });
    await expect(downloadDataset(name, cache)).rejects.toThrow(/has no file/);
    const missing = await thrownBy(
      downloadDataset(name, { ...cache, files: undefined, offline: true }),
    );
    expect(missing.message).toMatch(/the file "large\.csv" is not in the cache/);
  });
});

describe('what a hub must not do', () => {
  const name = 'me/hostile';
  beforeAll(() => {
    hub.commit(name, { 'large.csv': LARGE, 'small.csv': 'a,b\n' });
  });

  const sends = (content: Buffer, announced = content.length): void => {
    hub.fault = ({ host }, response) => {
      if (host !== 'storage') return false;
      response.writeHead(200, { 'content-length': announced });
      response.end(content);
      return true;
    };
  };

  it('send another content than it lists, in LFS or in git', async () => {
    const damaged = Buffer.from(LARGE);
    damaged[1_234_567] = 255;
    sends(damaged);
    const cache = options();
    const error = await thrownBy(downloadDataset(name, cache));
    expect(error.message).toMatch(/"large\.csv" differs from the file that the hub lists/);
    const folder = join(cache.cacheDirectory ?? '', 'datasets--me--hostile');
    // Nothing of it is left, and the next call is not misled.
    expect((await readdir(join(folder, 'blobs'))).filter((file) => file.length > 42)).toEqual([]);
    hub.fault = () => false;
    const { directory } = await downloadDataset(name, cache);
    expect(Buffer.compare(await readFile(join(directory, 'large.csv')), LARGE)).toBe(0);
    hub.fault = ({ url }, response) => {
      if (!url.includes('small.csv')) return false;
      response.writeHead(200, { 'content-length': 4 });
      response.end('a,c\n');
      return true;
    };
    const small = await thrownBy(downloadDataset(name, options({ files: ['small.csv'] })));
    expect(small.message).toMatch(/"small\.csv" differs/);
  });

  it('send more or less than it lists', async () => {
    sends(Buffer.concat([LARGE, LARGE]));
    const longer = await thrownBy(downloadDataset(name, options()));
    expect(longer.message).toMatch(/the server sends 6000000 bytes of .*, but 3000000 of/);
    sends(LARGE.subarray(0, 10));
    const shorter = await thrownBy(downloadDataset(name, options()));
    expect(shorter.message).toMatch(/the server sends 10 bytes of .*, but 3000000/);
    hub.fault = ({ host }, response) => {
      if (host !== 'storage') return false;
      // Without length, as a stream.
      response.writeHead(200);
      response.write(LARGE);
      response.end(LARGE);
      return true;
    };
    const stream = await thrownBy(downloadDataset(name, options()));
    expect(stream.message).toMatch(/"large\.csv" is longer than the 3000000 bytes/);
  });

  it.each([
    ['../evil.csv', /leads out/],
    ['a/../../evil.csv', /leads out/],
    ['/etc/passwd', /absolute/],
    ['C:\\evil.csv', /absolute/],
    ['..\\evil.csv', /backslash/],
    ['evil\0.csv', /control character/],
    ['a//evil.csv', /empty/],
    ['./evil.csv', /empty/],
    ['', /name is empty/],
  ])('list the file %j', async (path, says) => {
    hub.listing = (items) => [...items, { type: 'file', path, size: 4, oid: '0'.repeat(40) }];
    const home = fresh('home');
    const cacheDirectory = join(home, 'cache');
    const error = await thrownBy(downloadDataset(name, options({ cacheDirectory })));
    expect(error.message).toMatch(says);
    expect(error.message).toContain('the data set me/hostile lists the file');
    expect(await readdir(home)).toEqual(['cache']);
    expect(await readdir(join(cacheDirectory, 'datasets--me--hostile'))).toEqual(['refs']);
  });

  it.each([
    ['malformed', () => ({ error: 1 }), /malformed/],
    ['a file twice', (items: unknown[]) => [...items, ...items], /lists "large\.csv" twice/],
    [
      'a file without size',
      () => [{ type: 'file', path: 'a', oid: '0'.repeat(40) }],
      /without a size/,
    ],
    ['a size below 0', () => [{ type: 'file', path: 'a', size: -1 }], /without a size/],
    ['a hash that leads out', () => [{ type: 'file', path: 'a', size: 1, oid: '../../x' }], /hash/],
    ['nothing', () => [null], /malformed/],
  ])('list %s', async (_, listing, says) => {
    hub.listing = listing;
    const error = await thrownBy(downloadDataset(name, options()));
    expect(error.message).toMatch(says);
  });

  it('list pages without end', async () => {
    hub.fault = ({ url }, response) => {
      if (!url.includes('/tree/')) return false;
      response.setHeader('link', `<${hub.endpoint}${url}>; rel="next"`);
      response.setHeader('content-type', 'application/json');
      response.end('[]');
      return true;
    };
    const error = await thrownBy(downloadDataset(name, options()));
    expect(error.message).toMatch(/never ends/);
  });

  it.each([
    ['ftp://example.com/x', /which is not https/],
    [
      'http://example.com/x?signature=secret',
      /redirects to http:\/\/example\.com\/x, which is not/,
    ],
    ['file:///etc/passwd', /which is not https/],
    ['http://', /invalid address/],
  ])('redirect to %s', async (location, says) => {
    hub.fault = ({ url }, response) => {
      if (!url.includes('/resolve/')) return false;
      response.writeHead(302, { location });
      response.end();
      return true;
    };
    const error = await thrownBy(downloadDataset(name, options()));
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain('secret');
  });

  it('redirect in a circle', async () => {
    hub.fault = ({ url }, response) => {
      response.writeHead(307, { location: url });
      response.end();
      return true;
    };
    const error = await thrownBy(downloadDataset(name, options()));
    expect(error.message).toMatch(/redirects more than 5 times/);
  });
});

describe('access', () => {
  it('sends the token to the hub alone', async () => {
    hub.token = TOKEN;
    await downloadDataset(undefined, options({ token: TOKEN }));
    const seen = hub.takeSeen();
    expect(seen.filter(({ host }) => host === 'storage').length).toBeGreaterThan(0);
    for (const { host, authorization } of seen) {
      expect(authorization).toBe(host === 'hub' ? `Bearer ${TOKEN}` : undefined);
    }
  });

  it('says what to do about a gated repository, a missing one and a missing revision', async () => {
    hub.token = TOKEN;
    const gated = await thrownBy(downloadDataset(undefined, options()));
    expect(gated.message).toBe(
      `the data set RZ412/EmbedLLM is gated, private or does not exist (Access to this data set is restricted). Accept its conditions on ${hub.endpoint}/datasets/RZ412/EmbedLLM if it has any, and set HF_TOKEN to a token of an account with access.`,
    );
    expect(gated.status).toBe(401);
    const wrong = await thrownBy(downloadDataset(undefined, options({ token: 'hf_other' })));
    expect(wrong.message).toMatch(/check that the account of the token/);
    hub.token = undefined;
    const revision = await thrownBy(downloadDataset(undefined, options({ revision: 'v9' })));
    expect(revision.message).toMatch(/has no such revision \(Invalid rev id: v9\)/);
    const none = await thrownBy(downloadDataset('me/none', options()));
    expect(none.message).toMatch(/the data set me\/none or its revision does not exist/);
  });

  it('never shows the token, even where the server repeats it', async () => {
    hub.fault = ({ authorization }, response) => {
      refuse(response, 500, '', `no such session: ${authorization}`);
      return true;
    };
    const error = await thrownBy(
      downloadDataset(undefined, options({ token: TOKEN, maxRetries: 0 })),
    );
    expect(error.message).toContain('Bearer hf_…');
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(TOKEN);
    const bad = downloadDataset(undefined, options({ token: 'secret' }));
    await expect(bad).rejects.toThrow(/must start with hf_/);
    await expect(bad).rejects.not.toThrow(/secret/);
  });

  it('takes endpoint, token, cache and offline from the environment', async () => {
    const cacheDirectory = fresh('hf-home');
    vi.stubEnv('HF_ENDPOINT', hub.endpoint);
    vi.stubEnv('HF_TOKEN', TOKEN);
    vi.stubEnv('HF_HOME', cacheDirectory);
    vi.stubEnv('HF_HUB_CACHE', undefined);
    hub.token = TOKEN;
    const first = await downloadDataset(undefined, { maxRetries: 0 });
    expect(first.directory.startsWith(join(cacheDirectory, 'hub', 'datasets--'))).toBe(true);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    hub.takeSeen();
    expect((await downloadDataset()).commit).toBe(commit);
    expect(hub.takeSeen()).toEqual([]);
  });

  it('takes the token that hf auth login left in the home of huggingface_hub', async () => {
    const home = fresh('hf-login');
    await mkdir(home);
    await writeFile(join(home, 'token'), `${TOKEN}\n`);
    hub.token = TOKEN;
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: home };
    await downloadDataset(undefined, { environment, maxRetries: 0 });
    expect(hub.takeSeen()[0]?.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('refuses names, revisions, endpoints and numbers that cannot be right', async () => {
    const refused: [string, PullOptions][] = [
      ['EmbedLLM', {}],
      ['../../etc', {}],
      ['me/..', {}],
      ['me/a/b', {}],
      ['me/large', { revision: '../main' }],
      ['me/large', { endpoint: 'http://example.com' }],
      ['me/large', { endpoint: 'https://user:word@example.com' }],
      ['me/large', { maxBytes: 0 }],
      ['me/large', { maxBytes: 10 }],
      ['me/large', { concurrency: 0.5 }],
      ['me/large', { maxRetries: -1 }],
      ['me/large', { timeoutMs: Number.NaN }],
    ];
    for (const [id, more] of refused) {
      await expect(downloadDataset(id, options(more))).rejects.toMatchObject({
        code: 'invalid-argument',
      });
    }
  });
});

it('pulls an artifact as a model', async () => {
  hub.commit('me/router', { 'config.json': '{}', 'model.safetensors': LARGE });
  const directory = fresh('artifact');
  const pulled = await pullRepository({ ...options(), repo: 'me/router', directory });
  expect(pulled.type).toBe('model');
  expect((await readdir(directory)).sort()).toEqual(['config.json', 'model.safetensors']);
  const urls = hub.takeSeen().map(({ url }) => url);
  expect(urls[0]).toMatch(/^\/api\/models\/me\/router\/revision\/main/);
  expect(urls.at(-1)).not.toContain('datasets');
});
