/**
 * What an app pays to install, start and ship a router: this one next to packages of npm that route
 * between models. Needs the npm registry and the build; each goes into an empty project.
 *
 * Cold start is the least time of RUNS processes that import the package, less that of a process
 * which imports nothing. The bundle is what one import of the router brings into a web
 * application, minified, Node's own modules left out.
 *
 * Usage: tsx bench/peers.ts [runs = 15]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { esbuild } from '../test/esbuild.js';

const RUNS = Number(process.argv[2] ?? 15);
const PEERS = [
  { name: '@embedllm/router', imported: 'Router' },
  { name: 'llamaindex', imported: 'RouterQueryEngine' },
  { name: 'langchain', imported: 'createAgent' },
];

const folder = mkdtempSync(join(tmpdir(), 'embedllm-peers-'));
const packages = resolve(import.meta.dirname, '../..');
try {
  const nothing = coldStart(folder, '');
  console.log(`Node ${process.versions.node}; starting it takes ${nothing.toFixed(0)} ms\n`);
  console.log('| package | installed | packages | cold start | bundle, gzip |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const { name, imported } of PEERS) {
    const project = join(folder, name.replace('/', '-'));
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    const wanted = name === '@embedllm/router' ? [pack('core'), pack('router')] : [name];
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted], project);
    const files = filesOf(join(project, 'node_modules'));
    const version = files.length > 0 ? versionOf(project, name) : '';
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const start = coldStart(project, `import { ${imported} } from '${name}'; ${imported}.name;`);
    const bundle = await bundleBytes(project, `export { ${imported} } from '${name}';`);
    const cells = [
      `${name} ${version}`,
      `${(bytes / 1e6).toFixed(1)} MB`,
      String(countPackages(join(project, 'node_modules'))),
      `${(start - nothing).toFixed(0)} ms`,
      bundle === undefined ? 'does not bundle' : `${(bundle / 1000).toFixed(0)} kB`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function pack(name: string): string {
  const destination = join(folder, `tarball-${name}`);
  mkdirSync(destination);
  run('pnpm', ['--dir', join(packages, name), 'pack', '--pack-destination', destination], packages);
  return join(destination, readdirSync(destination)[0] ?? '');
}

function run(command: string, commandArguments: readonly string[], cwd: string): string {
  return execFileSync(command, commandArguments, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
}

/** Least milliseconds of a process that runs a module. */
function coldStart(project: string, source: string): number {
  const file = join(project, 'start.mjs');
  writeFileSync(file, source);
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < RUNS; index++) {
    const started = performance.now();
    run(process.execPath, [file], project);
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

async function bundleBytes(project: string, contents: string): Promise<number | undefined> {
  try {
    const { outputFiles } = await esbuild().build({
      stdin: { contents, resolveDir: project },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      external: [...builtinModules, 'node:*'],
      logLevel: 'silent',
    });
    return gzipSync(outputFiles[0]?.text ?? '').length;
  } catch {
    return undefined;
  }
}

function filesOf(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function countPackages(modules: string): number {
  const listed = readdirSync(modules).filter((name) => !name.startsWith('.'));
  return listed.reduce(
    (sum, name) => sum + (name.startsWith('@') ? readdirSync(join(modules, name)).length : 1),
    0,
  );
}

function versionOf(project: string, name: string): string {
  const listing: { dependencies: Record<string, { version: string }> } = JSON.parse(
    run('npm', ['ls', '--json', '--depth=0', name], project),
  );
  return listing.dependencies[name]?.version ?? '';
}
