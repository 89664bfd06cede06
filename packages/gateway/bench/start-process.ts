import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface StartedProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it, and resolves when it has. */
  stop(): Promise<void>;
}

/** Starts a script of this folder, and waits until it says where it listens. */
export async function startScript(
  script: string,
  scriptArguments: readonly string[] = [],
): Promise<StartedProcess> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...scriptArguments], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('listening ')) resolve(line.slice(10));
    });
    child.once('close', (code) => reject(new Error(`${script} ended with ${code}: ${errors}`)));
  });
  return { url, child, stop: () => stopProcess(child) };
}

/** Ends a process that was started here. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}
