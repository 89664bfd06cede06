import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Whether the tests that need Redis can run; .ci/run installs it. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** A process that prints what it does, line by line. */
export interface SpawnedProcess {
  readonly pid: number | undefined;
  /** The lines that it printed. */
  readonly lines: readonly string[];
  /** Resolves when it has printed a line so many times. */
  printed(line: string, times?: number): Promise<void>;
  /** What follows a word at the start of a line. */
  value(word: string): Promise<string>;
  /** Writes a line to its input. */
  say(line: string): void;
  /** Ends it and waits until it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Resolves when it has ended. */
  gone(): Promise<void>;
}

/**
 * Starts a script in a process of its own.
 *
 * @param within - A command that runs another one, such as `ip netns exec name`.
 */
export function spawnProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  within: readonly string[] = [],
): SpawnedProcess {
  const [program = process.execPath, ...rest] = [...within, process.execPath, ...args];
  const child: ChildProcess = spawn(program, rest, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const ended = once(child, 'exit');
  let begun = '';
  let heard = (): void => {};
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (begun + text).split('\n');
    begun = parts.pop() ?? '';
    lines.push(...parts);
    heard();
  });
  const until = async <T>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`The process ended: ${lines.join(', ')}`);
      }
      const more = new Promise<void>((resolve) => {
        heard = resolve;
      });
      await Promise.race([more, ended]);
    }
  };
  return {
    pid: child.pid,
    lines,
    async printed(line, times = 1) {
      await until(() => lines.filter((one) => one === line).length >= times || undefined);
    },
    value: (word) =>
      until(() => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1)),
    say(line) {
      child.stdin?.write(`${line}\n`);
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await ended;
    },
    async gone() {
      await ended;
    },
  };
}

/** Starts `worker.mjs`, and waits until it takes jobs. */
export async function spawnWorker(
  settings: object,
  env: Readonly<Record<string, string>> = {},
  within: readonly string[] = [],
): Promise<SpawnedProcess> {
  const script = fileURLToPath(new URL('worker.mjs', import.meta.url));
  const worker = spawnProcess([script], { ...env, WORKER: JSON.stringify(settings) }, within);
  await worker.printed('ready');
  return worker;
}
