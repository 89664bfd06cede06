import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { esbuild } from './esbuild.js';

/** What an application loads of the main entry, with all that it uses of core, minified. */
export interface RouterSize {
  /** Bytes of what is loaded at the start. */
  readonly minifiedBytes: number;
  /** Bytes of the same after gzip at its default level, each file by itself. */
  readonly compressedBytes: number;
  /** Bytes of what `Router.fromPretrained` loads for a path or URL, after gzip. */
  readonly onDemandBytes: number;
  /** Bytes of all as one script, for bundlers that do not split, after gzip. */
  readonly oneScriptBytes: number;
}

const root = resolve(import.meta.dirname, '..');

/** Bundles the source as Rolldown does, the bundler of Vite, which splits what is loaded on demand. */
export async function measureRouter(): Promise<RouterSize> {
  const built = await rolldown({ input: 'src/index.ts', cwd: root, platform: 'browser' });
  const { output } = await built.generate({ format: 'esm', minify: true });
  const chunks = new Map(
    output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
  );
  const atStart = new Set([...chunks.values()].filter(({ isEntry }) => isEntry));
  for (const { imports } of atStart) {
    for (const name of imports) {
      const chunk = chunks.get(name);
      if (chunk) atStart.add(chunk);
    }
  }
  const onDemand = [...chunks.values()].filter((chunk) => !atStart.has(chunk));
  return {
    minifiedBytes: sum([...atStart].map(({ code }) => new TextEncoder().encode(code).length)),
    compressedBytes: sum([...atStart].map(({ code }) => gzipSync(code).length)),
    onDemandBytes: sum(onDemand.map(({ code }) => gzipSync(code).length)),
    oneScriptBytes: gzipSync(await bundle({ entryPoints: ['src/index.ts'], format: 'esm' })).length,
  };
}

/** A script for platforms without Node: sets `globalThis.embedllm` to the exports of router and core. */
export async function bundleRouter(): Promise<string> {
  return bundle({
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
}

async function bundle(options: Record<string, unknown>): Promise<string> {
  const { outputFiles } = await esbuild().build({
    bundle: true,
    minify: true,
    write: false,
    platform: 'neutral',
    target: 'es2022',
    absWorkingDir: root,
    ...options,
  });
  return outputFiles[0]?.text ?? '';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
