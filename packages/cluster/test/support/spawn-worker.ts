import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Whether the tests that need Redis can run; .ci/run installs it. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** A worker in a process of its own. */
export interface SpawnedWorker {
  /** The lines that it printed. */
  readonly lines: string[];
  /** Resolves when it has printed a line so many times. */
  printed(line: string, times?: number): Promise<void>;
  /** Ends it and waits until it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts `worker.mjs`, and waits until it takes jobs. */
export async function spawnWorker(
  settings: object,
  env: Readonly<Record<string, string>> = {},
): Promise<SpawnedWorker> {
  const script = fileURLToPath(new URL('worker.mjs', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script], {
    env: { ...process.env, ...env, WORKER: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let heard = (): void => {};
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line !== ''));
    heard();
  });
  const worker: SpawnedWorker = {
    lines,
    async printed(line, times = 1) {
      while (lines.filter((one) => one === line).length < times) {
        if (child.exitCode !== null) throw new Error(`The worker ended: ${lines.join(', ')}`);
        await new Promise<void>((resolve) => {
          heard = resolve;
          child.once('exit', () => resolve());
        });
      }
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
  await worker.printed('ready');
  return worker;
}
