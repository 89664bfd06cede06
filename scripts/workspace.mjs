// What the scripts share: where the workspace is, what is in it, and how to run its pnpm.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const manifest = readManifest(root);

export function readManifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/** The workspace packages of a folder (`packages` or `examples`), with their manifests. */
export function workspacePackages(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, folder, entry.name))
    .map((directory) => ({ directory, manifest: readManifest(directory) }));
}

/**
 * Runs a command of the pinned pnpm and returns its exit status: the pnpm that started us if it
 * is that one, else through `npm exec`, which fetches it on first use.
 */
export function runPnpm(pnpmArguments, directory = root) {
  const pinned = manifest.packageManager.replace('@', '/');
  const underPinnedPnpm = process.env.npm_config_user_agent?.startsWith(`${pinned} `);
  if (underPinnedPnpm) return runCommand('pnpm', pnpmArguments, directory);
  return runNpm(['exec', '--yes', '--', manifest.packageManager, ...pnpmArguments], directory);
}

/** Runs an npm command with the npm that started us, or the one on the path. */
export function runNpm(npmArguments, directory = root) {
  const npmCli = process.env.npm_execpath;
  return npmCli?.endsWith('npm-cli.js')
    ? runCommand(process.execPath, [npmCli, ...npmArguments], directory)
    : runCommand('npm', npmArguments, directory);
}

/** Runs a command in a folder and returns its exit status. */
export function runCommand(command, commandArguments, directory = root) {
  const { status, error } = spawnSync(command, commandArguments, {
    cwd: directory,
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      // Where the user stood, so that relative paths on the command line mean what they should.
      // npm says it in INIT_CWD, which pnpm would overwrite.
      EMBEDLLM_START_FOLDER: process.env.INIT_CWD ?? process.cwd(),
    },
    stdio: 'inherit',
    shell: process.platform === 'win32' && command !== process.execPath,
  });
  if (error) console.error(`Could not start ${command}: ${error.message}`);
  return status ?? 1;
}
