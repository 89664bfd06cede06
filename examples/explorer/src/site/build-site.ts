import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { siteConfig } from './site-config.js';

/** A file of the built page. */
export interface SiteFile {
  /** Relative to the site. */
  readonly path: string;
  readonly bytes: number;
  /** After gzip at its highest level, as hosts compress once. */
  readonly gzipBytes: number;
}

/** Builds the page into `site` of the output folder, which must hold `public`. */
export async function buildSite(output: string): Promise<SiteFile[]> {
  await build({ ...siteConfig({ output }), configFile: false, logLevel: 'warn' });
  const site = resolve(output, 'site');
  return readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = resolve(entry.parentPath, entry.name);
      const content = readFileSync(file);
      return {
        path: file.slice(site.length + 1),
        bytes: content.length,
        gzipBytes: gzipSync(content, { level: 9 }).length,
      };
    });
}
