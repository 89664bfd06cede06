import type { Options } from 'tsup';

/** The build that every published package shares: ESM, types, source maps, one chunk graph. */
export function libraryBuild(entry: string[]): Options {
  return {
    entry,
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    external: [/^node:/],
    removeNodeProtocol: false,
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
  };
}
