import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { esbuild } from './esbuild.js';

/** The main entry with all that it uses of core, minified, as one script. */
export interface RouterBundle {
  /** Sets `globalThis.embedllm` to the exports of `@embedllm/router` and `@embedllm/core`. */
  readonly script: string;
  /** Bytes of the main entry as an ES module, minified. */
  readonly minifiedBytes: number;
  /** Bytes of the same after gzip at its default level. */
  readonly compressedBytes: number;
}

/** Bundles the source as a web application would, for a platform without Node. */
export async function bundleRouter(): Promise<RouterBundle> {
  const { build } = esbuild();
  const root = resolve(import.meta.dirname, '..');
  const shared = {
    bundle: true,
    minify: true,
    write: false,
    platform: 'neutral',
    target: 'es2022',
    absWorkingDir: root,
  };
  const library = await build({ ...shared, entryPoints: ['src/index.ts'], format: 'esm' });
  const page = await build({
    ...shared,
    stdin: {
      contents: `export * from './src/index.ts';
        export { Learner } from './src/learning/index.ts';
        export { FactorizationModel, Matrix, Random, decodeArtifact, encodeArtifact } from '@embedllm/core';`,
      resolveDir: root,
      loader: 'ts',
    },
    format: 'iife',
    globalName: 'embedllm',
  });
  const code = library.outputFiles[0]?.text ?? '';
  return {
    script: page.outputFiles[0]?.text ?? '',
    minifiedBytes: new TextEncoder().encode(code).length,
    compressedBytes: gzipSync(code).length,
  };
}
