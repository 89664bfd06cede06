// A temporary folder that looks like a user's project: every package of the workspace, and all
// that they install, can be imported from it.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, workspacePackages } from '../workspace.mjs';

/** Creates the folder and returns its path. */
export function createUserProject() {
  const folder = mkdtempSync(join(tmpdir(), 'embedllm-docs-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const link = (name, target) => {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path, 'junction');
  };
  const packages = workspacePackages('packages');
  for (const { directory, manifest } of packages) link(manifest.name, directory);
  for (const directory of [root, ...packages.map((entry) => entry.directory)]) {
    for (const { name, path } of installed(join(directory, 'node_modules'))) link(name, path);
  }
  createCommands(folder);
  return folder;
}

/** `bin` with `embedllm`, and with an `npx` that finds it without asking a registry. */
function createCommands(folder) {
  const command = join(root, 'packages/cli/dist/bin.js');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const write = (name, lines) => {
    writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  };
  write('embedllm', [`exec node '${command}' "$@"`]);
  write('npx', ['shift', `exec node '${command}' "$@"`]);
}

function installed(modules) {
  if (!existsSync(modules)) return [];
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const path = join(modules, name);
      if (!name.startsWith('@')) return [{ name, path }];
      return readdirSync(path).map((part) => ({ name: `${name}/${part}`, path: join(path, part) }));
    });
}
