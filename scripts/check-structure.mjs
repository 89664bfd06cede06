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
const MOST_EXAMPLE_LINES = 150;
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
report(
  `examples whose main file has at most ${MOST_EXAMPLE_LINES} lines`,
  workspacePackages('examples')
    .map(({ directory }) => join(directory, 'src/main.ts'))
    .filter((file) => existsSync(file))
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > MOST_EXAMPLE_LINES)
    .map(({ file, lines }) => `${relative(root, file)}: ${lines} lines`),
);
const places = readFileSync(join(root, 'docs/where-things-are.md'), 'utf8');
const rows = places.match(/^\| [^-q].+$/gm);
report(
  'twenty questions of docs/where-things-are.md',
  (rows ?? ['no rows']).filter((row) => {
    const [, file, name] = /\]\(\.\.\/(.+)\) \| `(.+)` \|$/.exec(row) ?? [];
    return !file || !existsSync(join(root, file)) || !contains(join(root, file), name);
  }),
);
const steps = places.match(/^\d+\. .+$/gm) ?? [];
report(
  'walks of docs/where-things-are.md',
  steps.length < 60
    ? [`only ${steps.length} steps`]
    : steps.filter((step) => {
        // A step is named as it is found: [cli/commands/x](../packages/cli/src/commands/x.ts).
        const [, name, file] = /^\d+\. \[(.+)\]\(\.\.\/(.+)\)$/.exec(step) ?? [];
        const named = name && `packages/${name.replace('/', '/src/')}.ts`;
        return !file || named !== file || !existsSync(join(root, file));
      }),
);
console.log(
  `structure checks: ${output.summary.ruleSetUsed.forbidden.length + 4 - failed} passed, ${failed} failed`,
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
