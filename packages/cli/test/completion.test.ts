import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

/** What is typed, and the last word after the tab key; '' where it stays as it is. */
const LINES = [
  ['ro', 'route'],
  ['complet', 'completion'],
  ['probe nea', 'nearest'],
  ['route --pol', '--policy'],
  ['route --policy cheap', 'cheapest-above'],
  ['forecast --jun', '--junit'],
  ['--quiet route --jso', '--json'],
  ['completion ba', 'bash'],
  ['completion bash ro', ''],
] as const;

const hasShell = (name: string): boolean => spawnSync(name, ['-c', 'true']).status === 0;

const folder = scratchFolder();
beforeAll(async () => {
  await mkdir(join(folder, 'empty'));
});

/** Writes the script of a shell where the shell finds it; returns where. */
async function writeScript(shell: string): Promise<string> {
  const { code, stdout } = await embedllm(folder, ['completion', shell]);
  expect(code).toBe(0);
  const file = join(folder, `completion.${shell}`);
  await writeFile(file, stdout);
  return file;
}

/** Runs a shell without settings of whoever runs the tests, in a folder without files to complete. */
function inShell(shell: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(shell, args, {
    cwd: join(folder, 'empty'),
    env: { PATH: process.env.PATH ?? '', HOME: folder, TERM: 'dumb' },
    timeout: 60_000,
  });
  expect(stderr.toString()).toBe('');
  return stdout.toString();
}

describe('embedllm completion', () => {
  it.skipIf(!hasShell('bash'))('completes words in bash', async () => {
    const file = await writeScript('bash');
    for (const [line, expected] of LINES) {
      const words = ['embedllm', ...line.split(' ')];
      const run = `source ${file}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _embedllm; echo "\${COMPREPLY[*]}"`;
      expect([line, inShell('bash', ['--norc', '-c', run]).trim()]).toEqual([line, expected]);
    }
  });

  it.skipIf(!hasShell('fish'))('completes words in fish', async () => {
    const file = await writeScript('fish');
    for (const [line, expected] of LINES) {
      const run = `source ${file}; complete --do-complete 'embedllm ${line}'`;
      // A word, a tab and what the word is.
      const [word] = inShell('fish', ['--no-config', '-c', run]).split('\t');
      expect([line, word?.trim()]).toEqual([line, expected]);
    }
  });

  // Completion of zsh works in its line editor alone: the tab key is pressed in a terminal of its own.
  it.skipIf(!hasShell('zsh'))('completes words in zsh', async () => {
    const driver = join(folder, 'press-tab.zsh');
    await writeFile(
      driver,
      String.raw`zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=''; autoload -Uz compinit && compinit -u -D; source $1; show() { print -r -- \"[[\$BUFFER]]\"; BUFFER=''; }; zle -N show; bindkey '^X' show; print REA''DY"
zpty -r -m z out '*READY*'
for line in "$@[2,-1]"; do
  zpty -w -n z "embedllm $line"$'\t\x18'
  zpty -r -m z out '*\]\]*'
  print -r -- "${'$'}{${'$'}{out##*\[\[}%%\]\]*}"
done
zpty -d z
`,
    );
    const file = await writeScript('zsh');
    const lines = LINES.map(([line]) => line);
    const shown = inShell('zsh', ['-f', driver, file, ...lines])
      .trimEnd()
      .split('\n');
    const expected = LINES.map(([line, word]) => {
      const words = ['embedllm', ...line.split(' ')];
      return word === '' ? words.join(' ') : [...words.slice(0, -1), word, ''].join(' ');
    });
    expect(shown.map((line) => line.trimEnd())).toEqual(expected.map((line) => line.trimEnd()));
  });

  it('refuses other shells, and says which there are', async () => {
    const { code, stderr } = await embedllm(process.cwd(), ['completion', 'tcsh']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/bash, zsh, fish/);
  });
});
