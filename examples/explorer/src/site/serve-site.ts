import { preview } from 'vite';
import { siteConfig } from './site-config.js';

/** Serves the built page on a free port of this machine, as a static host would. */
export async function serveSite(
  output: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await preview({
    ...siteConfig({ output }),
    configFile: false,
    logLevel: 'error',
    preview: { host: '127.0.0.1', port: 0, open: false },
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The server has no address.');
  return { url, close: () => server.close() };
}
