import { Worker } from 'node:worker_threads';
import { javascriptWorkerUrl } from '../javascript-worker-url.js';
import type { JavaScriptOutcome, JavaScriptTask } from './javascript-task.js';

/** What starting the thread and loading WebAssembly may take. */
const START_MS = 30_000;
/** The sandbox ends most programs itself; those that it cannot interrupt end with their thread. */
const GRACE_MS = 250;

/**
 * Runs a program and its test in a thread of its own, which ends with it whatever the program does.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runJavaScript(
  task: JavaScriptTask,
  signal: AbortSignal | undefined,
): Promise<JavaScriptOutcome> {
  signal?.throwIfAborted();
  const worker = new Worker(javascriptWorkerUrl, {
    workerData: task,
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128, stackSizeMb: 4 },
  });
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    return await new Promise<JavaScriptOutcome>((resolve, reject) => {
      const reason = `The program took longer than ${task.timeoutMs} ms.`;
      const endIn = (ms: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve({ passed: false, reason }), ms);
      };
      endIn(START_MS);
      stop = () => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      worker.on('message', (message: 'started' | JavaScriptOutcome) => {
        if (message === 'started') endIn(task.timeoutMs + GRACE_MS);
        else resolve(message);
      });
      worker.once('error', (error) => {
        resolve({ passed: false, reason: `The program broke its sandbox: ${error.message}` });
      });
      worker.once('exit', () => {
        resolve({ passed: false, reason: 'The program terminated its sandbox.' });
      });
    });
  } finally {
    clearTimeout(timer);
    if (stop) signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
