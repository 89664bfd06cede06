// Checks the commands that documents name, in shell blocks and in the text, against the workspace.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { manifest, root, workspacePackages } from '../workspace.mjs';

const packages = [...workspacePackages('packages'), ...workspacePackages('examples')];
const byName = new Map(packages.map((entry) => [entry.manifest.name, entry]));
/** Commands of npm and pnpm themselves, which need no script. */
const BUILT_IN = new Set(
  'install add exec dlx run test audit publish pack store login view create ci'.split(' '),
);

/** The lines of a shell block that run the `embedllm` command, as one script; '' without any. */
export function embedllmScript(code) {
  const lines = code.replaceAll('\\\n', ' ').split('\n');
  return lines.some((line) => /(^|\| *)(npx )?(embedllm|@embedllm\/cli) /.test(line))
    ? lines.filter((line) => !/^(npm|pnpm) /.test(line)).join('\n')
    : '';
}

/** What is wrong with one command line of a document of `directory`, or `undefined`. */
export function checkCommand(line, directory) {
  for (const part of line.split(' && ')) {
    const problem = checkPart(part, directory);
    if (problem) return problem;
  }
  return undefined;
}

function checkPart(line, directory) {
  const words = line
    .replace(/\s+#.*$/, '')
    .trim()
    .split(/\s+/)
    .filter((word) => !/^[A-Z_]+=/.test(word));
  const [program] = words;
  if (program === 'npm' && ['install', 'i', 'add'].includes(words[1])) {
    return checkInstall(words.slice(2));
  }
  if (program === 'npm' || program === 'pnpm') {
    const named = words.includes('--filter') ? words[words.indexOf('--filter') + 1] : undefined;
    const rest = words.slice(1).filter((word) => word !== '--filter' && word !== named);
    if (/[A-Z]{2}/.test(named ?? '')) return undefined; // a placeholder
    if (named?.startsWith('@') && !byName.has(named)) return `no package is named ${named}`;
    // A folder outside of the workspace is copied before its commands are run.
    const copied = packages.find(
      (entry) => entry.directory === directory && !entry.manifest.name.startsWith('@embedllm/'),
    );
    const scripts = named?.startsWith('@')
      ? byName.get(named).manifest.scripts
      : { ...manifest.scripts, ...copied?.manifest.scripts };
    // pnpm runs what `--filter` names in that package's folder.
    return checkScript(rest, scripts ?? {}, byName.get(named)?.directory ?? directory);
  }
  if (program === 'npx' && words[1]?.startsWith('@embedllm/') && !byName.has(words[1])) {
    return `no package is named ${words[1]}`;
  }
  return undefined;
}

/** Every package that is to be installed is of the workspace or what it works with. */
function checkInstall(words) {
  for (const word of words) {
    if (word.startsWith('-') || /^pnpm@[\d.]+$/.test(word)) continue;
    const name = word.replace(/(?<=.)@[^/]*$/, '');
    const isKnown = packages.some(
      ({ manifest: { name: own, private: isPrivate, ...rest } }) =>
        (own === name && !isPrivate) || isIn(rest, name),
    );
    if (!isKnown) return `${name} is neither a public package of this workspace nor used by one`;
  }
  return undefined;
}

function isIn({ dependencies = {}, devDependencies = {}, peerDependencies = {} }, name) {
  if (name.startsWith('@embedllm/')) return false;
  return name in dependencies || name in devDependencies || name in peerDependencies;
}

function checkScript(words, scripts, directory) {
  const name = words[0] === 'run' ? words[1] : words[0];
  if (name === undefined || name.startsWith('-')) return undefined;
  if (name === 'exec') {
    const script = words.find((word) => /\.(ts|mjs)$/.test(word));
    if (!script) return undefined;
    const exists = existsSync(join(directory, script)) || existsSync(join(root, script));
    return exists ? undefined : `there is no ${script}`;
  }
  const isKnown =
    name in scripts || (words[0] !== 'run' && BUILT_IN.has(name)) || name === 'vitest';
  return isKnown ? undefined : `there is no script ${name}`;
}
