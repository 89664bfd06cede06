import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A gateway in a process of its own. */
export interface SpawnedGateway {
  readonly url: string;
  readonly process: ChildProcess;
  /**
   * The exit code, and the milliseconds of CPU time that it said it took; `undefined` when it did
   * not say that it had shut down.
   */
  readonly exited: Promise<{ readonly code: number | null; readonly cpuMs: number | undefined }>;
}

/** Starts one; the caller ends it by a signal. */
export async function spawnGateway(configuration: string): Promise<SpawnedGateway> {
  const script = fileURLToPath(new URL('gateway-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, configuration], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  let cpuMs: number | undefined;
  const exited = new Promise<{ code: number | null; cpuMs: number | undefined }>((resolve) => {
    child.once('close', (code) => resolve({ code, cpuMs }));
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('listening ')) resolve(line.slice(10));
      if (line.startsWith('closed ')) cpuMs = Number(line.slice(7));
    });
    child.once('close', (code) => reject(new Error(`The gateway ended with ${code}: ${errors}`)));
  });
  return { url, process: child, exited };
}
