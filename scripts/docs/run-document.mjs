// Runs the steps of one document in a process of its own, and what it reports.
import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RUNNER = fileURLToPath(new URL('run-modules.mjs', import.meta.url));
const TIME_LIMIT_MS = 300_000;

/** Results in the order of the steps, `{ output, error? }`. */
export function runDocument(steps, folder, environment) {
  mkdirSync(folder, { recursive: true });
  return new Promise((resolve) => {
    const results = [];
    let diagnostics = '';
    const child = fork(RUNNER, [], {
      cwd: folder,
      env: environment,
      execArgv: ['--enable-source-maps', '--no-warnings'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        diagnostics += text;
      });
    }
    child.on('message', (result) => results.push(result));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      for (let step = results.length; step < steps.length; step++) {
        const error =
          step === results.length
            ? `The process ended here (${signal ?? `exit code ${code}`}). ${diagnostics}`
            : 'Not run, because the process ended before.';
        results.push({ output: '', error });
      }
      resolve(results);
    });
    child.send(steps);
  });
}

/** Runs tasks, at most `limit` at a time. */
export async function inParallel(tasks, limit) {
  const waiting = [...tasks];
  const work = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task();
  };
  await Promise.all(Array.from({ length: limit }, work));
}
