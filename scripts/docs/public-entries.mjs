// The entry points of the public packages, and the source files behind them.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, workspacePackages } from '../workspace.mjs';

/** As `{ specifier, source }`, the source relative to the root. */
export function publicEntries() {
  return workspacePackages('packages')
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ directory, manifest }) =>
      Object.entries(manifest.exports)
        .filter(([, conditions]) => conditions.types)
        .map(([path, { types }]) => {
          const source = join(directory, types.replace('./dist/', 'src/').replace('.d.ts', '.ts'));
          if (!existsSync(source)) throw new Error(`${manifest.name}: there is no ${source}.`);
          return { specifier: manifest.name + path.slice(1), source: relative(root, source) };
        }),
    );
}
