// A registry on this machine that has the packed packages, and sends npm to the usual one for all others.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * @param packages - With `manifest` and `tarball`, as `packPackages` gives them.
 * @param packed - The manifest of a tarball, whose workspace versions are replaced.
 * @param upstream - Address of the registry for all others.
 */
export async function startRegistry(packages, packed, upstream) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname).slice(1);
    const named = packages.find(({ manifest }) => manifest.name === path);
    if (named) {
      const bytes = readFileSync(named.tarball);
      const version = named.manifest.version;
      const dist = {
        tarball: `http://${request.headers.host}/tarballs/${encodeURIComponent(path)}`,
        integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
      };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          name: path,
          'dist-tags': { latest: version },
          versions: { [version]: { ...packed(named), dist } },
        }),
      );
      return;
    }
    const tarball = packages.find(({ manifest }) => `tarballs/${manifest.name}` === path);
    if (tarball) {
      response.end(readFileSync(tarball.tarball));
      return;
    }
    response.writeHead(302, { location: new URL(request.url, upstream).href }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
