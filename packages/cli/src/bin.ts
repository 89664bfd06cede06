#!/usr/bin/env node
import { EXIT_CODES } from './program/exit-code.js';
import { describeFailure } from './program/failure.js';
import { run } from './program/run.js';
import { watchOutputs } from './program/watch-outputs.js';

const controller = new AbortController();
const stop = (signal: NodeJS.Signals): void => {
  // Whoever presses Ctrl-C twice does not want to wait for an orderly end.
  if (controller.signal.aborted) {
    process.exit(signal === 'SIGTERM' ? EXIT_CODES.terminated : EXIT_CODES.interrupted);
  }
  controller.abort(signal);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
const isServer = process.argv[2] === 'serve' && !process.argv.includes('--check');
watchOutputs(process, (code) => process.exit(code), { isServer });
// What is thrown outside of the run would print a raw stack and exit with the 1 of a failed check.
process.on('uncaughtException', (error) => {
  const { message, exitCode } = describeFailure(error);
  process.stderr.write(`error: ${message}\n`);
  if (process.argv.includes('--debug')) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exit(exitCode);
});

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: controller.signal,
});
process.off('SIGINT', stop);
process.off('SIGTERM', stop);
// Connections to a server that is away may take long to give up, and whoever interrupts does not want to wait.
if (controller.signal.aborted) setTimeout(() => process.exit(), 200).unref();
