// Does what the README says, from its first line to a routed request, as someone who has never been
// here: packs the packages, serves them as a registry would, and runs the README's own blocks one
// after the other in an empty folder. A server of this machine stands where the README has Ollama.
// Ends with one line that counts: `newcomer: N commands passed, N failed`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startModels } from './newcomer/model-server.mjs';
import { startRegistry } from './newcomer/registry.mjs';
import { packPackages } from './pack-packages.mjs';
import { root } from './workspace.mjs';

const MOST_COMMANDS = 10;
const folder = mkdtempSync(join(tmpdir(), 'embedllm-newcomer-'));
const project = join(folder, 'project');
const prefix = join(folder, 'global');
const results = { passed: 0, failed: 0 };
const running = [];
const models = await startModels();
let registry;
const startedAt = Date.now();
try {
  const packages = packPackages(mkdirIn('packed'));
  registry = await startRegistry(
    packages,
    ({ tarball }) => {
      const { stdout } = spawnSync('tar', ['-xzOf', tarball, 'package/package.json']);
      return JSON.parse(stdout);
    },
    process.env.npm_config_registry ?? 'https://registry.npmjs.org',
  );
  mkdirSync(project);
  mkdirSync(prefix);
  const gatewayPort = await freePort();
  for (const command of commandsOfReadme()) {
    const isPassed = await run(command, gatewayPort);
    results[isPassed ? 'passed' : 'failed']++;
    console.log(`${isPassed ? 'passed' : 'FAILED'}: ${command.text.split('\n')[0]}`);
    if (!isPassed) break;
  }
  const routed = models.calls.filter(({ isOfBank }) => !isOfBank);
  const total = results.passed + results.failed;
  if (total === 0 || total >= MOST_COMMANDS || routed.length !== 1) {
    results.failed++;
    console.log(`FAILED: ${total} commands, ${routed.length} routed requests`);
  } else {
    const asked = models.calls.length - routed.length;
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
    console.log(
      `${routed[0].model} was asked "${routed[0].text}"; init took ${asked} calls; ${seconds} s with packing.`,
    );
  }
} finally {
  for (const child of running) child.kill('SIGTERM');
  models.close();
  registry?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`newcomer: ${results.passed} commands passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);

/** The README's blocks up to the first request to the gateway: lines of shell, and programs. */
function commandsOfReadme() {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const commands = [];
  for (const [, language, block] of readme.matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)) {
    if (language === 'ts') commands.push({ kind: 'program', text: block });
    else {
      const lines = block
        .replaceAll(/\\\n\s*/g, '')
        .trim()
        .split('\n');
      commands.push(...lines.map((text) => ({ kind: 'shell', text })));
    }
    if (block.includes('/v1/chat/completions')) return commands;
  }
  return [];
}

async function run({ kind, text }, gatewayPort) {
  if (kind === 'program') {
    writeFileSync(join(project, 'route.mjs'), text);
    return finish('node route.mjs', text);
  }
  // Only addresses differ from what the README says.
  const command = text
    .replaceAll('localhost:11434', models.address)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${gatewayPort}`);
  if (!command.startsWith('embedllm serve')) return finish(command);
  const file = join(project, 'gateway.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('port: 8080', `port: ${gatewayPort}`));
  const child = start(command);
  running.push(child);
  for (let tries = 0; tries < 300 && child.exitCode === null; tries++) {
    if (await isListening(gatewayPort)) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

async function finish(command) {
  const child = start(command);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  const isAnswered = !command.startsWith('curl') || said.includes('391');
  if (code !== 0 || !isAnswered) console.log(said);
  else if (/^(?:node|curl)/.test(command)) console.log(said.trim());
  return code === 0 && isAnswered;
}

function start(command) {
  const path = [join(prefix, 'bin'), process.env.PATH].join(delimiter);
  return spawn(command, {
    cwd: project,
    shell: true,
    env: {
      ...{ PATH: path, HOME: folder, npm_config_registry: registry.url, npm_config_prefix: prefix },
      npm_config_cache: join(folder, 'cache'),
      ...(process.env.NODE_EXTRA_CA_CERTS && {
        NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
      }),
    },
  });
}

function mkdirIn(name) {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isListening(port) {
  try {
    await fetch(`http://127.0.0.1:${port}/`);
    return true;
  } catch {
    return false;
  }
}
