// Runs every check in turn, continues after a failure, and ends with the real counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifest, runNpm, runPnpm, workspacePackages } from './workspace.mjs';

/** Where Debian keeps the functions of Helm's templates. */
const SPRIG = '/usr/share/gocode/src/github.com/Masterminds/sprig';

const PYTHON_CLIENT = 'openai==3.22.1';

const startedAt = Date.now();
/** When the step began whose heading was printed last. */
let stepStartedAt;
const results = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const folder = mkdtempSync(join(tmpdir(), 'embedllm-ci-'));

// Tests of what a machine has not are skipped; here they are to run.
install('Chromium for the tests in a browser', ['chromium'], () =>
  Boolean(process.env.CHROMIUM || existsSync('/usr/bin/chromium')),
);
checkSwiftShader();
install(
  "Go, and Helm's template functions, for the tests of the Helm chart",
  ['golang-go', 'golang-github-masterminds-sprig-dev', 'golang-gopkg-yaml.v3-dev'],
  () => starts('helm', 'version') || existsSync(SPRIG),
);
install('Redis for the tests of clusters', ['redis-server'], () =>
  starts('redis-server', '--version'),
);
install('zsh and fish for the tests of completion', ['zsh', 'fish'], () =>
  ['zsh', 'fish'].every((shell) => starts(shell, '--version')),
);
installPythonClient();
countTests('npm test', (reporters) => runNpm(['test', '--', ...reporters]));
countTests('slow tests', (reporters) => runPnpm(['run', 'test:slow', ...reporters]));

check('build with declarations', ['run', 'build']);
check('import boundaries, circles, file lengths', ['run', 'check:structure']);
check('phrases that read as translated', ['run', 'check:phrases']);
check('public interfaces as recorded', ['run', 'check:api']);
check('JSON Schemas of configurations', ['run', 'check:schemas']);
check('format and lint', ['run', 'lint']);
check('unused files, exports and dependencies', ['run', 'knip']);
check('type check', ['exec', 'turbo', 'run', 'typecheck', '--output-logs=errors-only']);
// Four checks need the tarballs; the first one packs them.
process.env.EMBEDLLM_TARBALLS = join(folder, 'tarballs');
check('packages as published', ['run', 'check:packages']);
check('packages as installed by a user', ['run', 'check:installs']);
check('what strangers do after the README', ['run', 'check:strangers']);
// What versions of Node differ in, without pages of Chromium and slow tests; the matrix of the workflow runs the rest.
const projects = ['core', 'internals', 'question-encoder', 'dataset-builder', 'router'];
const excluded = ['--exclude', '**/*-chromium*.test.ts', '--exclude', '**/*.slow.test.ts'];
const onOtherNodes = [...excluded, ...only(projects)];
check('Node 22', ['run', 'check:node', '--node', '22', '--', ...onOtherNodes]);
check('Node 24, with the newest ai, openai and vitest', [
  ...['run', 'check:node', '--newest', '--', ...onOtherNodes, ...only(['gateway'])],
]);
check('clusters of which machines are killed', [
  '--filter',
  '@embedllm/cluster',
  'run',
  'check:kills',
]);

heading('documentation');
countDocumentation();

heading('npm run demo');
count(runNpm(['run', 'demo']) === 0, 'npm run demo');
for (const { manifest: example } of workspacePackages('examples')) {
  const isInWorkspace = example.name.startsWith('@embedllm/');
  if (isInWorkspace && example.name !== '@embedllm/example-demo' && example.scripts?.start) {
    check(`example ${example.name}`, ['--filter', example.name, 'run', 'start']);
  }
}

// Not in the workspace: only here is Next.js installed.
check('chat in Next.js, built and used in Chromium', ['run', 'check:next-chat']);

// From a sub-folder, as most hosts serve it. It has its own packages, which no other command installs.
process.env.SITE_BASE = '/embedllm/';
check('documentation site: packages', ['--dir', 'site', 'install', '--frozen-lockfile']);
check('documentation site: build', ['--dir', 'site', 'run', 'build']);
check('documentation site: links, pages and search in Chromium', ['--dir', 'site', 'run', 'check']);

endStep();
rmSync(folder, { recursive: true, force: true });
const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
console.log(`\n${manifest.name}: everything ran in ${minutes} minutes.`);
for (const failure of failures) console.log(`FAILED: ${failure}`);
const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
console.log(`${results.passed} passed, ${results.failed} failed${skipped}`);
process.exit(results.failed === 0 ? 0 : 1);

/** Installs packages of Debian, where it is Debian's and they are not there. */
function install(what, packages, isThere) {
  if (isThere() || !existsSync('/usr/bin/apt-get')) return;
  heading(what);
  const command = `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(' ')}`;
  const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  count(status === 0 && isThere(), what);
}

function starts(program, argument) {
  return spawnSync(program, [argument]).status === 0;
}

/** Tests on WebGPU are skipped without a graphics driver; Debian's Chromium has one for processors. */
function checkSwiftShader() {
  if (!existsSync('/usr/bin/apt-get')) return;
  heading('SwiftShader, which plays a graphics card');
  count(existsSync('/usr/lib/chromium/vk_swiftshader_icd.json'), 'SwiftShader for tests on WebGPU');
}

/** What the official client for Python does is skipped, and said to be, where it cannot be had. */
function installPythonClient() {
  if (process.env.EMBEDLLM_PYTHON) return;
  heading('The client for Python');
  const environment = join(folder, 'python');
  const python = join(environment, 'bin', 'python');
  const command = `python3 -m venv ${environment} && ${python} -m pip install --quiet --retries 0 ${PYTHON_CLIENT}`;
  const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) process.env.EMBEDLLM_PYTHON = python;
  else console.log(`${PYTHON_CLIENT} cannot be installed here: its tests are skipped.`);
}

function only(projects) {
  return projects.flatMap((name) => ['--project', `@embedllm/${name}`]);
}

function heading(text) {
  endStep();
  stepStartedAt = Date.now();
  console.log(`\n=== ${text}`);
}

/** Prints how long the step took, because all of them together have 40 minutes. */
function endStep() {
  if (stepStartedAt === undefined) return;
  console.log(`--- ${((Date.now() - stepStartedAt) / 1000).toFixed(0)} s`);
}

function check(what, pnpmArguments) {
  heading(what);
  count(runPnpm(pnpmArguments) === 0, what);
}

function count(isPassed, what) {
  results[isPassed ? 'passed' : 'failed']++;
  if (!isPassed) failures.push(what);
}

/** Each block, command and document's links count. */
function countDocumentation() {
  const file = join(folder, 'documentation.json');
  const status = runPnpm(['run', 'check:docs', '--report', file]);
  try {
    const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8'));
    results.passed += passed;
    results.failed += failed;
    results.skipped += skipped;
    if (failed > 0) failures.push(`check:docs: ${failed} of what the documentation says`);
    else if (status !== 0) count(false, `check:docs (exit code ${status})`);
  } catch {
    count(false, 'check:docs gave no report');
  }
}

/** Each test counts; a run that broke before or outside its tests counts as one failure. */
function countTests(what, run) {
  heading(what);
  const report = join(folder, 'tests.json');
  rmSync(report, { force: true });
  const status = run(['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  let summary;
  try {
    summary = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    count(false, `${what} gave no report`);
    return;
  }
  results.passed += summary.numPassedTests;
  results.failed += summary.numFailedTests;
  results.skipped += summary.numPendingTests;
  for (const file of summary.testResults) {
    for (const test of file.assertionResults) {
      if (test.status !== 'failed') continue;
      const reason = test.failureMessages[0]?.split('\n').slice(0, 8).join('\n    ') ?? '';
      failures.push(`${file.name}: ${test.fullName}\n    ${reason}`);
    }
  }
  const isExplained = summary.numFailedTests > 0;
  if (summary.numPassedTests === 0) count(false, `${what} ran no test`);
  else if (status !== 0 && !isExplained) count(false, `${what} (exit code ${status})`);
}
