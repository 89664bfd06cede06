// How the sources hang together: imports stay within what .dependency-cruiser.mjs allows, nothing
// imports in a circle, and no source file grows past the length that one concept needs.
// Ends with one line that counts: `structure checks: N passed, N failed`.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractConfiguration from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { root, workspacePackages } from './workspace.mjs';

const MOST_LINES = 250;
const packages = workspacePackages('packages').map(({ directory }) => directory);
const options = await extractConfiguration(join(root, '.dependency-cruiser.mjs'));
const { output } = await cruise(
  packages.map((directory) => `${relative(root, directory)}/src`),
  { ...options, baseDir: root },
);

let failed = 0;
for (const { name, severity } of output.summary.ruleSetUsed.forbidden) {
  const violations = output.summary.violations.filter((violation) => violation.rule.name === name);
  if (severity !== 'error') continue;
  report(
    name,
    violations.map(({ from, to, cycle }) =>
      cycle ? [from, ...cycle.map((step) => step.name)].join(' -> ') : `${from} -> ${to}`,
    ),
  );
}
report(
  `files of at most ${MOST_LINES} lines`,
  packages.flatMap((directory) =>
    readdirSync(join(directory, 'src'), { recursive: true })
      .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
      .map((file) => join(directory, 'src', file))
      .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ file, lines }) => `${relative(root, file)}: ${lines} lines`),
  ),
);
console.log(
  `structure checks: ${output.summary.ruleSetUsed.forbidden.length + 1 - failed} passed, ${failed} failed`,
);
process.exit(failed === 0 ? 0 : 1);

function report(what, problems) {
  if (problems.length > 0) failed++;
  console.log(`${problems.length === 0 ? 'passed' : 'FAILED'}: ${what}`);
  for (const problem of problems) console.log(`  ${problem}`);
}
