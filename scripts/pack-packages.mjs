// Packs public packages as they would be published.
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runPnpm, workspacePackages } from './workspace.mjs';

/**
 * Packs each public package into a folder of its own under `folder`; `tarball` is missing where
 * packing failed.
 */
export function packPackages(folder) {
  return workspacePackages('packages')
    .filter(({ manifest }) => !manifest.private)
    .map(({ directory, manifest }) => {
      const destination = join(folder, basename(directory));
      mkdirSync(destination);
      const status = runPnpm(['--dir', directory, 'pack', '--pack-destination', destination]);
      const [file] = readdirSync(destination);
      const tarball = status === 0 && file ? join(destination, file) : undefined;
      return { directory, manifest, tarball };
    });
}
