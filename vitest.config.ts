import { defineConfig } from 'vitest/config';
import { workspacePackages } from './scripts/workspace.mjs';

/** Every workspace package is a project under its own name, with the settings below. */
const projects = [...workspacePackages('packages'), ...workspacePackages('examples')].map(
  ({ directory, manifest }) => ({
    extends: true as const,
    root: directory,
    test: { name: manifest.name },
  }),
);

export default defineConfig({
  test: {
    projects,
    // All processors: what runs beside the tests is idle until they are done.
    maxWorkers: '100%',
    // Tests assert no times, so that a busy machine must not fail them either.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
