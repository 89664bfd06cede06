// Publishes every package whose version is not on the registry yet. npm's provenance statement
// wants each manifest to name the repository that publishes; a workflow knows which that is.
// With --dry-run it goes through all of it but the upload.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readManifest, root, runPnpm, workspacePackages } from './workspace.mjs';

const isDryRun = process.argv.includes('--dry-run');
const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;

const packages = workspacePackages('packages').filter(({ manifest }) => !manifest.private);
const originals = packages.map(({ directory }) => [directory, readManifest(directory)]);
let status = runPnpm(['exec', 'turbo', 'run', 'build', '--filter=./packages/*']);
try {
  if (repository) {
    for (const [directory, manifest] of originals) {
      const url = `git+${server ?? 'https://github.com'}/${repository}.git`;
      const location = relative(root, directory).replaceAll('\\', '/');
      write(directory, { ...manifest, repository: { type: 'git', url, directory: location } });
    }
  }
  status ||= isDryRun
    ? runPnpm(['--recursive', 'publish', '--dry-run', '--no-git-checks'])
    : runPnpm(['exec', 'changeset', 'publish']);
} finally {
  for (const [directory, manifest] of originals) write(directory, manifest);
}
process.exit(status);

function write(directory, manifest) {
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
