// Runs the two commands that a newcomer types, `npm run demo` and `npm test`,
// on a bare clone: fetches the pinned pnpm through npm, installs, builds, runs.
// It imports nothing but Node itself, since nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));

const [task, ...taskArguments] = process.argv.slice(2);
const plans = {
  demo: [
    ['install', '--frozen-lockfile'],
    [
      'exec',
      'turbo',
      'run',
      'build',
      '--filter=@embedllm/example-demo^...',
      '--output-logs=errors-only',
    ],
    ['--filter', '@embedllm/example-demo', 'run', 'start', ...taskArguments],
  ],
  test: [
    ['install', '--frozen-lockfile'],
    ['exec', 'turbo', 'run', 'build', '--filter=./packages/*', '--output-logs=errors-only'],
    ['exec', 'vitest', 'run', ...taskArguments],
  ],
};

const plan = plans[task];
if (!plan) {
  console.error(`Usage: node scripts/bootstrap.mjs ${Object.keys(plans).join('|')} [arguments]`);
  process.exit(2);
}
requireNode(manifest.engines.node.replace('>=', ''));

for (const step of plan) {
  const status = runPnpm(step);
  if (status !== 0) {
    console.error(`\n\`pnpm ${step.join(' ')}\` failed with exit code ${status}.`);
    process.exit(status);
  }
}

function requireNode(minimum) {
  const wanted = minimum.split('.').map(Number);
  const found = process.versions.node.split('.').map(Number);
  const difference = wanted.map((part, index) => found[index] - part).find((d) => d !== 0) ?? 0;
  if (difference < 0) {
    console.error(`Node ${minimum} or newer is needed; this is Node ${process.versions.node}.`);
    process.exit(1);
  }
}

/** Runs the pinned pnpm: the one that started us if it is that one, else through `npm exec`. */
function runPnpm(pnpmArguments) {
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
  };
  const pinned = manifest.packageManager.replace('@', '/');
  const underPinnedPnpm = process.env.npm_config_user_agent?.startsWith(`${pinned} `);
  const npmCli = process.env.npm_execpath;
  const viaNpm = ['exec', '--yes', '--', manifest.packageManager, ...pnpmArguments];
  const [command, commandArguments] = underPinnedPnpm
    ? ['pnpm', pnpmArguments]
    : npmCli?.endsWith('npm-cli.js')
      ? [process.execPath, [npmCli, ...viaNpm]]
      : ['npm', viaNpm];
  const { status, error } = spawnSync(command, commandArguments, {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32' && command !== process.execPath,
  });
  if (error) console.error(`Could not start ${command}: ${error.message}`);
  return status ?? 1;
}
