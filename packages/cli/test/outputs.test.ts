import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BINARY = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

/** Runs a shell command in which `embedllm` is the built binary. */
function shell(command: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = `embedllm() { "${process.execPath}" "${BINARY}" "$@"; }; ${command}`;
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

const JOB = 'embedllm doctor --only typescript,hashing --json';

describe.skipIf(process.platform === 'win32' || !existsSync('/dev/full'))('the process', () => {
  it('gives exit code 3 and one line when standard output is full', async () => {
    for (const command of [JOB, 'embedllm --help', 'embedllm no-such --json']) {
      const { code, stderr } = await shell(`${command} > /dev/full`);
      expect(stderr).toMatch(/^error: Standard output cannot be written: ENOSPC: no space left/m);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(3);
    }
  });

  it('ends quietly with 141 when its reader closes the pipe', async () => {
    const { code, stdout, stderr } = await shell(`${JOB} | head -c 0`);
    expect({ code, stdout, stderr }).toEqual({ code: 141, stdout: '', stderr: '' });
  });

  it('gives the result all the same when standard error is closed or full', async () => {
    for (const closed of ['2> /dev/full', '2>&-', '2> >(exit 0)']) {
      expect((await shell(`${JOB} ${closed}`)).code).toBe(0);
      expect((await shell(`embedllm no-such ${closed}`)).code).toBe(2);
    }
  });
});
