import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { embedllm } from './command-line.js';

const hasShell = (name: string): boolean => spawnSync(name, ['-c', 'true']).status === 0;

async function script(shell: string): Promise<string> {
  const { code, stdout } = await embedllm(process.cwd(), ['completion', shell]);
  expect(code).toBe(0);
  return stdout;
}

describe('embedllm completion', () => {
  it.skipIf(!hasShell('bash')).each([
    [['ro'], 'route'],
    [['probe', 'nea'], 'nearest'],
    [['route', '--pol'], '--policy'],
    [['route', '--policy', 'cheap'], 'cheapest-above'],
    [['forecast', '--jun'], '--junit'],
    [['--quiet', 'route', '--jso'], '--json'],
    [['completion', 'ba'], ''],
  ])('completes %j in bash', async (words, expected) => {
    const line = ['embedllm', ...words].map((word) => `'${word}'`).join(' ');
    const run = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _embedllm; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', `${await script('bash')}\n${run}`]);
    expect(stderr.toString()).toBe('');
    expect(stdout.toString().trim()).toBe(expected);
  });

  it.skipIf(!hasShell('fish'))('is a script that fish reads', async () => {
    const { status } = spawnSync('fish', ['--no-execute'], { input: await script('fish') });
    expect(status).toBe(0);
  });

  it('describes commands, options and choices to fish', async () => {
    const text = await script('fish');
    expect(text).toMatch(
      /__fish_seen_subcommand_from route' -l policy -x -a 'best-quality utility/,
    );
    expect(text).toMatch(/-n '__fish_seen_subcommand_from probe; and not .*' -f -a nearest -d '/);
  });

  it('refuses other shells, and says which there are', async () => {
    const { code, stderr } = await embedllm(process.cwd(), ['completion', 'tcsh']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/bash, zsh, fish/);
  });
});
