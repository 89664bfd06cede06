import { defineConfig } from 'vitest/config';
import { workspacePackages } from './scripts/workspace.mjs';

/** Every workspace package is a project under its own name, with the settings below. */
const projects = [...workspacePackages('packages'), ...workspacePackages('examples')]
  .filter(({ manifest }) => manifest.name.startsWith('@embedllm/'))
  .map(({ directory, manifest }) => ({
    extends: true as const,
    root: directory,
    test: { name: manifest.name },
  }));

export default defineConfig({
  test: {
    projects,
    // All processors: what runs next to the tests is idle until they are done.
    maxWorkers: '100%',
    // A process is used again for the next file, which saves loading Node and the packages some 300
    // times. Files therefore leave the process as they found it, and count on no folder to be there.
    isolate: false,
    unstubEnvs: true,
    unstubGlobals: true,
    // Tests assert no times, so that a busy machine must not fail them either.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
