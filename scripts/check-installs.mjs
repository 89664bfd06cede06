// Installs the packed tarballs as a user would, into empty projects with npm and with pnpm, and
// tries them there on the oldest Node that is supported and on the newest of the registry:
// imports every entry point, starts every command, and checks types under both module resolutions.
// Once with the packages alone: then an entry point may lack nothing but its optional peers.
// Ends with one line that counts: `install checks: N passed, N failed`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from './pack-packages.mjs';
import { manifest as rootManifest, runCommand, runNpm, runPnpm } from './workspace.mjs';

/** Peers whose install scripts fetch what is not on the registry. */
const NOT_INSTALLED = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
const RESOLUTIONS = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'preserve', moduleResolution: 'bundler' },
];

const folder = mkdtempSync(join(tmpdir(), 'embedllm-install-'));
const results = { passed: 0, failed: 0 };
try {
  const packages = packPackages(folder);
  const isPacked = packages.every(({ tarball }) => tarball !== undefined);
  count(isPacked, 'pack');
  if (isPacked) checkProjects(packages);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`install checks: ${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);

function checkProjects(packages) {
  const nodes = installNodes();
  const tarballs = Object.fromEntries(
    packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  );
  const peers = versionsOfPeers(packages);
  const projects = [
    { name: 'npm, without peers', install: installWithNpm, dependencies: tarballs, isBare: true },
    { name: 'npm', install: installWithNpm, dependencies: { ...tarballs, ...peers } },
    { name: 'pnpm', install: installWithPnpm, dependencies: { ...tarballs, ...peers } },
  ];
  for (const { name, install, dependencies, isBare = false } of projects) {
    const project = join(folder, `project with ${name}`);
    mkdirSync(project);
    writeJson(join(project, 'package.json'), { private: true, type: 'module', dependencies });
    const isInstalled = install(project, tarballs) === 0;
    count(isInstalled, `${name}: install`);
    if (!isInstalled) continue;
    for (const node of nodes) {
      for (const { manifest } of packages) tryPackage({ name, project, node, manifest, isBare });
    }
    if (!isBare) checkTypes(name, project, packages);
  }
}

/** Node by version, from the registry, where it has builds for this machine; else this one. */
function installNodes() {
  const build = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const oldest = rootManifest.engines.node.replace('>=', '~');
  const project = join(folder, 'nodes');
  mkdirSync(project);
  writeJson(join(project, 'package.json'), {
    private: true,
    dependencies: { oldest: `npm:${build}@${oldest}`, newest: `npm:${build}@latest` },
  });
  const isInstalled = installWithNpm(project) === 0;
  const nodes = ['oldest', 'newest']
    .map((name) => join(project, 'node_modules', name, 'bin', 'node'))
    .filter((path) => isInstalled && existsSync(path));
  if (nodes.length === 2) return nodes;
  console.log(`The registry has no ${build}: only Node ${process.versions.node} is tried.`);
  return [process.execPath];
}

function installWithNpm(project) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  return runNpm(['install', '--ignore-scripts', ...quiet], project);
}

/** pnpm looks for the packages' own dependencies on the registry, where they are not yet. */
function installWithPnpm(project, tarballs) {
  writeFileSync(
    join(project, 'pnpm-workspace.yaml'),
    JSON.stringify({ overrides: tarballs, pmOnFail: 'ignore', strictDepBuilds: false }),
  );
  return runPnpm(['install', '--ignore-scripts', '--prefer-offline', '--reporter=silent'], project);
}

/** Optional peers, and TypeScript with Node's types, at the versions that the workspace tests. */
function versionsOfPeers(packages) {
  const versions = {};
  for (const { directory, manifest } of packages) {
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      if (!NOT_INSTALLED.includes(peer)) versions[peer] = installedVersion(directory, peer);
    }
    versions.typescript ??= installedVersion('.', 'typescript');
    versions['@types/node'] ??= installedVersion('.', '@types/node');
  }
  return versions;
}

function installedVersion(directory, name) {
  const path = join(directory, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(path, 'utf8')).version;
}

function tryPackage({ name, project, node, manifest, isBare }) {
  const optional = Object.keys(manifest.peerDependencies ?? {});
  const script = join(project, 'import.mjs');
  writeFileSync(script, importScript(entryPoints(manifest), isBare ? optional : []));
  const nodeVersion = nodeVersionOf(node);
  count(runCommand(node, [script], project) === 0, `${name}, ${nodeVersion}: ${manifest.name}`);
  for (const command of Object.keys(manifest.bin ?? {})) {
    const path = join(project, 'node_modules', manifest.name, manifest.bin[command]);
    const status = runCommand(node, [path, '--version'], project);
    count(status === 0, `${name}, ${nodeVersion}: ${command} --version`);
  }
}

function nodeVersionOf(node) {
  const versions = /node_modules\/(oldest|newest)\//.exec(node);
  if (!versions) return `Node ${process.versions.node}`;
  const path = join(folder, 'nodes', 'node_modules', versions[1], 'package.json');
  return `Node ${JSON.parse(readFileSync(path, 'utf8')).version}`;
}

function entryPoints({ name, exports }) {
  return Object.keys(exports ?? {})
    .filter((path) => path !== './package.json')
    .map((path) => name + path.slice(1));
}

/** Imports each entry point; it may fail only for want of a package in `optional`. */
function importScript(entries, optional) {
  return `
const optional = ${JSON.stringify(optional)};
for (const entry of ${JSON.stringify(entries)}) {
  try {
    const exported = Object.keys(await import(entry));
    if (exported.length === 0) throw new Error('exports nothing');
  } catch (error) {
    const isOptional = optional.some((name) => String(error.message).includes("'" + name));
    console.log(entry + ': ' + error.message);
    if (!(isOptional && error.code === 'ERR_MODULE_NOT_FOUND')) process.exitCode = 1;
  }
}`;
}

function checkTypes(name, project, packages) {
  const entries = packages.flatMap(({ manifest }) => entryPoints(manifest));
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
  const used = entries.map((_, index) => `entry${index}`).join(', ');
  writeFileSync(join(project, 'index.ts'), `${imports.join('\n')}\nconsole.log(${used});\n`);
  for (const resolution of RESOLUTIONS) {
    writeJson(join(project, 'tsconfig.json'), {
      compilerOptions: {
        ...resolution,
        target: 'es2022',
        lib: ['es2023', 'dom', 'dom.asynciterable', 'esnext.disposable'],
        types: ['node'],
        strict: true,
        noEmit: true,
        // The declarations of other packages are not what is checked here.
        skipLibCheck: true,
      },
      files: ['index.ts'],
    });
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    const status = runCommand(process.execPath, [tsc, '-p', project], project);
    count(status === 0, `${name}: types under moduleResolution ${resolution.moduleResolution}`);
  }
}

function writeJson(path, value) {
  writeFileSync(path, JSON.stringify(value, undefined, 2));
}

function count(isPassed, what) {
  results[isPassed ? 'passed' : 'failed']++;
  console.log(`${isPassed ? 'passed' : 'FAILED'}: ${what}`);
}
