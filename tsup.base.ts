import type { Options } from 'tsup';

/**
 * The build that every published package shares: ESM, types, source maps, one chunk graph. Types take
 * three quarters of the time and nothing that runs needs them: EMBEDLLM_BUILD=code leaves them out.
 */
export function libraryBuild(entry: string[]): Options {
  return {
    entry,
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    external: [/^node:/],
    removeNodeProtocol: false,
    // Internals are private: found by path, their types are inlined as their code is.
    dts: process.env.EMBEDLLM_BUILD !== 'code' && {
      compilerOptions: { paths: { '@embedllm/internals': ['../internals/src/index.ts'] } },
    },
    sourcemap: true,
    clean: true,
    splitting: true,
    // A chunk has no side effects: without this, entries import chunks that they take nothing from.
    treeshake: { moduleSideEffects: 'no-external' },
  };
}
