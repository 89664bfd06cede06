import { createRequire } from 'node:module';

/** What of esbuild is used here. */
export interface Esbuild {
  build(options: Record<string, unknown>): Promise<{ outputFiles: { text: string }[] }>;
}

/** esbuild as tsup brings it. */
export function esbuild(): Esbuild {
  const require = createRequire(import.meta.url);
  const found: Esbuild = createRequire(require.resolve('tsup'))('esbuild');
  return found;
}
