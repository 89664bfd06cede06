// Does what the README tells three strangers to do, word for word, from `npm install` of the packed
// tarballs to success, and says how long each takes: route in an app, run a gateway, gate a
// benchmark in CI. Commands and programs are read out of README.md. What a stranger would have and
// this machine has not is stood in for: the registry (for @embedllm), Ollama, and evaluation logs.
// Ends with one line that counts: `strangers' tasks: N passed, N failed`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readBlocks } from './docs/read-blocks.mjs';
import { packPackages } from './pack-packages.mjs';
import { startOllama } from './strangers/ollama.mjs';
import { startRegistry } from './strangers/registry.mjs';
import { writeLogs } from './strangers/write-logs.mjs';
import { root } from './workspace.mjs';

const MAX_SECONDS = 300;
const folder = mkdtempSync(join(tmpdir(), 'embedllm-strangers-'));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const results = { passed: 0, failed: 0 };
const open = [];
try {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  const registry = await startRegistry(
    packPackages(tarballs),
    ({ tarball }) =>
      JSON.parse(spawnSync('tar', ['-xzOf', tarball, 'package/package.json']).stdout),
    process.env.npm_config_registry ?? 'https://registry.npmjs.org',
  );
  open.push(registry);
  for (const [title, perform] of [
    ['Route in an app', routeInAnApp],
    ['Run a gateway', runAGateway],
    ['Gate a benchmark in CI', gateABenchmark],
  ]) {
    await attempt(title, perform, registry.url);
  }
} finally {
  for (const { close } of open) await close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`strangers' tasks: ${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);

/** In an empty folder, with an empty prefix for global packages and npm's own cache. */
async function attempt(title, perform, registryUrl) {
  const directory = join(folder, title.replaceAll(' ', '-'));
  const prefix = join(directory, 'global');
  const project = join(directory, 'project');
  mkdirSync(join(prefix, 'lib'), { recursive: true });
  mkdirSync(project);
  const environment = {
    ...process.env,
    NO_COLOR: '1',
    npm_config_registry: registryUrl,
    npm_config_prefix: prefix,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    PATH: `${join(prefix, 'bin')}${delimiter}${process.env.PATH}`,
  };
  addCurl(join(prefix, 'bin'));
  const blocks = blocksOf(title);
  const started = performance.now();
  try {
    await perform({ project, environment, blocks });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    results.passed++;
    console.log(`passed: ${title}: ${seconds} s from npm install to success`);
  } catch (error) {
    results.failed++;
    console.log(`FAILED: ${title}: ${error.message}`);
  }
}

/** A stand-in where there is no curl, for what the README asks of it. */
function addCurl(bin) {
  if (spawnSync('curl', ['--version']).status === 0) return;
  const script = `#!/usr/bin/env node
const [url, , header, , body] = process.argv.slice(2);
const [name, value] = header.split(': ');
const response = await fetch(url, { method: 'POST', headers: { [name]: value }, body });
process.stdout.write(await response.text());
`;
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'curl'), script, { mode: 0o755 });
}

/** The code blocks below a heading of the README. */
function blocksOf(title) {
  const start = readme.indexOf(`\n## ${title}\n`);
  if (start < 0) throw new Error(`README.md has no heading "${title}".`);
  const end = readme.indexOf('\n## ', start + 4);
  return readBlocks(readme.slice(start, end), 'README.md').map(({ language, code }) => ({
    language,
    code,
  }));
}

async function routeInAnApp({ project, environment, blocks }) {
  const [install, program] = ofLanguages(blocks, ['sh', 'ts']);
  const [, file] = /^\/\/ (\S+)\n/.exec(program) ?? [];
  if (!file) throw new Error('the program does not begin with the name of its file.');
  await shell(install, project, environment);
  writeFileSync(join(project, file), program);
  const output = await shell(`node ${file}`, project, environment);
  expect(output, /is \d+% likely to answer correctly/);
}

async function runAGateway({ project, environment, blocks }) {
  const [install, commands, request] = ofLanguages(blocks, ['sh', 'sh', 'sh']);
  const ollama = await startOllama();
  open.push(ollama);
  await shell(install, project, environment);
  const lines = commands.split('\n');
  const serve = lines.pop();
  await shell(lines.join('\n').replaceAll('11434', ollama.port), project, environment);
  // The port of the README may be taken on this machine.
  const port = String(await freePort());
  const configuration = join(project, 'gateway.yaml');
  writeFileSync(configuration, readFileSync(configuration, 'utf8').replaceAll('8080', port));
  const server = spawn('sh', ['-c', `exec ${serve}`], { cwd: project, env: environment });
  let said = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    await waitFor(
      () => said.includes(port),
      () => `embedllm serve says: ${said}`,
    );
    const answer = await shell(
      `${request.replaceAll('8080', port)} --silent`,
      project,
      environment,
    );
    expect(answer, /"choices"/);
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

async function gateABenchmark({ project, environment, blocks }) {
  const [install, commands] = ofLanguages(
    [{ language: 'sh', code: gatewayInstall() }, ...blocks],
    ['sh', 'sh'],
  );
  await shell(install, project, environment);
  writeLogs(project);
  expect(await shell(commands, project, environment), /pass: gsm8k is forecast at/);
}

/** The command line is installed in the section before. */
function gatewayInstall() {
  return blocksOf('Run a gateway')[0].code;
}

function ofLanguages(blocks, languages) {
  const found = blocks.map(({ language }) => language);
  if (found.slice(0, languages.length).join() !== languages.join()) {
    throw new Error(`The blocks are ${found.join(', ')}, and not ${languages.join(', ')}.`);
  }
  return blocks.map(({ code }) => code);
}

function expect(text, pattern) {
  if (!pattern.test(text)) throw new Error(`The output lacks ${pattern}:\n${text.slice(-2000)}`);
}

/** What a script prints; it must end with exit code 0. */
function shell(script, cwd, env) {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-e', '-c', script], { cwd, env, timeout: MAX_SECONDS * 1000 });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`exit code ${code} of\n${script}\n${output.slice(-3000)}`));
    });
  });
}

async function waitFor(isThere, describe) {
  const end = performance.now() + 60_000;
  while (!isThere()) {
    if (performance.now() > end) throw new Error(`Waited a minute. ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
