// How the sources hang together: imports stay within what .dependency-cruiser.mjs allows, nothing
// imports in a circle, no source file grows past the length that one concept needs, and what
// docs/where-things-are.md says is where things are.
// Ends with one line that counts: `structure checks: N passed, N failed`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
const rows = readFileSync(join(root, 'docs/where-things-are.md'), 'utf8').match(/^\| [^-q].+$/gm);
report(
  'docs/where-things-are.md',
  (rows ?? ['no rows']).filter((row) => {
    const [, file, name] = /\]\(\.\.\/(.+)\) \| `(.+)` \|$/.exec(row) ?? [];
    return !file || !existsSync(join(root, file)) || !contains(join(root, file), name);
  }),
);
console.log(
  `structure checks: ${output.summary.ruleSetUsed.forbidden.length + 2 - failed} passed, ${failed} failed`,
);
process.exit(failed === 0 ? 0 : 1);

function contains(file, name) {
  return readFileSync(file, 'utf8').includes(name);
}

function report(what, problems) {
  if (problems.length > 0) failed++;
  console.log(`${problems.length === 0 ? 'passed' : 'FAILED'}: ${what}`);
  for (const problem of problems) console.log(`  ${problem}`);
}
