// Runs the two commands that a newcomer types, `npm run demo` and `npm test`,
// on a bare clone: fetches the pinned pnpm through npm, installs, builds, runs.
// It imports nothing but Node itself, since nothing is installed yet.
import { manifest, runPnpm } from './workspace.mjs';

const [task, ...taskArguments] = process.argv.slice(2);
const turboBuild = ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'];
const plans = {
  demo: [
    ['install', '--frozen-lockfile'],
    [...turboBuild, '--filter=@embedllm/example-demo^...'],
    ['--filter', '@embedllm/example-demo', 'run', 'start', ...taskArguments],
  ],
  test: [
    ['install', '--frozen-lockfile'],
    [...turboBuild, '--filter=./packages/*'],
    // Type tests of those that need no declarations of others; `pnpm typecheck` runs all.
    ['--filter', '@embedllm/internals', '--filter', '@embedllm/core', 'run', 'typecheck'],
    ['exec', 'vitest', 'run', '--exclude', '**/*.slow.test.ts', ...taskArguments],
  ],
};

const plan = plans[task];
if (!plan) {
  console.error(`Usage: node scripts/bootstrap.mjs ${Object.keys(plans).join('|')} [arguments]`);
  process.exit(2);
}
requireNode(manifest.engines.node.replace('>=', ''));

// What runs needs no declarations, and they take most of a build.
process.env.EMBEDLLM_BUILD = 'code';
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
