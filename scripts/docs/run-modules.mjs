// A process of its own for one document: imports its modules in order, in a folder of its own, and
// sends the parent what each printed, and its error if it failed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

process.once('message', async (steps) => {
  for (const step of steps) {
    const result = await run(step);
    await new Promise((resolve) => process.send(result, resolve));
  }
  process.exit(0); // servers that a block started end here
});

/** What a shell prints, standard output only; an error where a command fails. */
function runScript(script) {
  const result = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (result.status === 0) return { output: result.stdout };
  const why = result.error?.message ?? `exit code ${result.status ?? result.signal}`;
  return { output: result.stdout, error: `${why}\n${result.stderr}` };
}

async function run(step) {
  if (step.file !== undefined) {
    mkdirSync(dirname(step.file), { recursive: true });
    writeFileSync(step.file, step.content);
    return { path: step.path, output: '' };
  }
  if (step.script !== undefined) return { path: step.path, ...runScript(step.script) };
  let output = '';
  const write = process.stdout.write;
  const print = (...values) => {
    output += `${format(...values)}\n`;
  };
  const errors = [];
  const onError = (error) => errors.push(error);
  Object.assign(console, { log: print, info: print, warn: print, error: print, debug: print });
  process.stdout.write = (text) => {
    output += text;
    return true;
  };
  process.on('uncaughtException', onError);
  try {
    await import(pathToFileURL(step.path).href);
    await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    onError(error);
  } finally {
    process.off('uncaughtException', onError);
    process.stdout.write = write;
    process.exitCode = 0;
  }
  const error = errors[0];
  if (error === undefined) return { path: step.path, output };
  return { path: step.path, output, error: error instanceof Error ? error.stack : String(error) };
}
