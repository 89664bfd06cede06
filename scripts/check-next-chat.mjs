// Builds and tries examples/next-chat as somebody does who copies the folder: installed by npm, with
// the packed tarballs in place of what the registry will have. Not part of the workspace, since
// Next.js weighs more than all the rest.
// Ends with the line of the example's own check: `next-chat checks: N passed, N failed`.
//
//   node scripts/check-next-chat.mjs [FOLDER]   keeps the project, and pictures in its output/, there
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { packPackages } from './pack-packages.mjs';
import { startRegistry } from './strangers/registry.mjs';
import { root } from './workspace.mjs';

const NOT_COPIED = ['node_modules', '.next', 'output'];
const [kept] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'embedllm-next-chat-'));
const project = kept === undefined ? join(folder, 'next-chat') : resolve(kept);
const tarballs = join(folder, 'tarballs');
mkdirSync(tarballs);
let status = 1;
const registry = await startRegistry(
  packPackages(tarballs),
  ({ tarball }) => JSON.parse(spawnSync('tar', ['-xzOf', tarball, 'package/package.json']).stdout),
  process.env.npm_config_registry ?? 'https://registry.npmjs.org',
);
try {
  cpSync(join(root, 'examples/next-chat'), project, {
    recursive: true,
    filter: (path) => !NOT_COPIED.includes(basename(path)),
  });
  for (const command of [
    'install --no-package-lock --no-audit --no-fund',
    'run build',
    'run check',
  ]) {
    status = await npm(command.split(' '));
    if (status !== 0) break;
  }
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);

/** Not in step: the registry answers in this process. */
function npm(words) {
  const child = spawn('npm', words, {
    cwd: project,
    stdio: 'inherit',
    env: {
      ...process.env,
      npm_config_registry: registry.url,
      NEXT_TELEMETRY_DISABLED: '1',
    },
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
