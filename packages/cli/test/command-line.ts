import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { simulatePool, toCsv } from '@embedllm/simulated-pool';
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../src/program/run.js';

/** What a run of the program came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run differs from the usual one. */
export interface RunSettings {
  readonly stdin?: string;
  /** Whether it is typed by a person. @default whether there is none */
  readonly stdinIsTTY?: boolean;
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly isTTY?: boolean;
  /** Sees standard output as it is written. */
  readonly onOutput?: (text: string) => void;
  /** Sees standard error as it is written. */
  readonly onError?: (text: string) => void;
}

/** Runs the program within this process, in a folder, as its binary would. */
export async function embedllm(
  cwd: string,
  argv: readonly string[],
  settings: RunSettings = {},
): Promise<Outcome> {
  // As in a shell, so that messages show paths as they are typed.
  process.chdir(cwd);
  const output = { stdout: '', stderr: '' };
  const { stdin, env = {}, signal, isTTY = false, onOutput, onError } = settings;
  const { stdinIsTTY = stdin === undefined } = settings;
  const code = await run(argv, {
    stdin: Object.assign(Readable.from(stdin === undefined ? [] : [stdin]), {
      isTTY: stdinIsTTY,
    }),
    stdout: {
      isTTY,
      write: (text) => {
        output.stdout += text;
        onOutput?.(text);
      },
    },
    stderr: {
      isTTY,
      write: (text) => {
        output.stderr += text;
        onError?.(text);
      },
    },
    env,
    cwd,
    ...(signal && { signal }),
  });
  return { code, ...output };
}

/** Runs a command that must succeed, and parses what it prints with `--json`. */
export async function embedllmJson(
  cwd: string,
  argv: readonly string[],
): Promise<ReturnType<typeof JSON.parse>> {
  const { code, stdout, stderr } = await embedllm(cwd, [...argv, '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

/** What was written to standard error besides warnings, such as those of what a training is worth. */
export function remarksIn(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning: '));
}

/**
 * The path of a folder for the tests of a file or a suite: there and empty when their hooks begin,
 * removed after them.
 */
export function scratchFolder(): string {
  const folder = join(tmpdir(), `embedllm-cli-${randomUUID()}`);
  beforeAll(() => mkdir(folder));
  afterAll(async () => {
    // The next test file runs in the same process, and could start no program from a folder that is gone.
    process.chdir(tmpdir());
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes the tables of a small simulated pool into a folder, which need not exist. */
export async function writeSmallPool(folder: string, seed = 0): Promise<void> {
  const pool = simulatePool({ seed, models: 8, questionsPerBenchmark: 24 });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of toCsv(pool)) await writeFile(join(folder, name), text);
}
