// Packs public packages as they would be published.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runPnpm, workspacePackages } from './workspace.mjs';

/**
 * Packs each public package into a folder of its own under `folder`; `tarball` is missing where
 * packing failed. With EMBEDLLM_TARBALLS, the folder that it names keeps the tarballs for the next
 * script, which then packs nothing: only for scripts that run one after the other on one build.
 */
export function packPackages(folder) {
  const kept = process.env.EMBEDLLM_TARBALLS ?? folder;
  return workspacePackages('packages')
    .filter(({ manifest }) => !manifest.private)
    .map(({ directory, manifest }) => {
      const destination = join(kept, basename(directory));
      const isPacked = existsSync(destination);
      mkdirSync(destination, { recursive: true });
      const pack = ['--dir', directory, 'pack', '--pack-destination', destination];
      const status = isPacked ? 0 : runPnpm(pack);
      const [file] = readdirSync(destination);
      const tarball = status === 0 && file ? join(destination, file) : undefined;
      return { directory, manifest, tarball };
    });
}
