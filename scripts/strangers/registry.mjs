// A registry of the packed tarballs, as npm asks for them.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Serves what `packPackages` gave on a free port of this machine. */
export async function startRegistry(packages) {
  const documents = new Map();
  const files = new Map();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const file = files.get(path);
    if (file) return response.end(readFileSync(file));
    const document = documents.get(path);
    if (!document) return response.writeHead(404).end('{}');
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify(document));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  for (const { manifest, tarball } of packages) {
    if (!tarball) throw new Error(`${manifest.name} could not be packed.`);
    const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], {
      encoding: 'utf8',
    });
    const packed = JSON.parse(text);
    const path = `-/${packed.name}-${packed.version}.tgz`;
    const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    files.set(path, tarball);
    documents.set(packed.name, {
      name: packed.name,
      'dist-tags': { latest: packed.version },
      versions: { [packed.version]: { ...packed, dist: { tarball: url + path, integrity } } },
    });
  }
  return { url, close: () => new Promise((resolve) => server.close(resolve)) };
}
