import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const PACKAGES = [
  '@embedllm/core',
  '@embedllm/trainer',
  '@embedllm/router',
  '@embedllm/forecaster',
  '@embedllm/probes',
];

/** Versions of Node and of the packages that make the figures. */
export async function packageVersions(): Promise<Record<string, string>> {
  const { resolve } = createRequire(import.meta.url);
  const versions = await Promise.all(
    PACKAGES.map(async (name) => {
      const manifest: unknown = JSON.parse(await readFile(resolve(`${name}/package.json`), 'utf8'));
      const version =
        typeof manifest === 'object' && manifest !== null && 'version' in manifest
          ? String(manifest.version)
          : 'unknown';
      return [name, version] as const;
    }),
  );
  return { node: process.versions.node, ...Object.fromEntries(versions) };
}
