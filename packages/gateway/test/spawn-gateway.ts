import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { rolldown } from 'rolldown';

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
  script ??= bundle();
  const child = spawn(process.execPath, [await script, configuration], {
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

let script: Promise<string> | undefined;

/**
 * One script for all the processes of a gateway, since each would compile the sources again: 0.3 s of
 * CPU time to start, not 2 s. It lies where its dependencies are found.
 */
async function bundle(): Promise<string> {
  const root = dirname(import.meta.dirname);
  const bundled = await rolldown({
    input: join(import.meta.dirname, 'gateway-process.ts'),
    platform: 'node',
    external: (id) => !/^\.|^@embedllm\/internals/.test(id) && !isAbsolute(id),
  });
  const { output } = await bundled.generate({ format: 'es', codeSplitting: false });
  await bundled.close();
  const folder = join(root, 'node_modules', '.cache', 'embedllm');
  const file = join(folder, 'gateway-process.mjs');
  await mkdir(folder, { recursive: true });
  // Test files in other processes may write it too, or be starting it.
  await writeFile(`${file}.${process.pid}`, output[0].code);
  await rename(`${file}.${process.pid}`, file);
  return file;
}
