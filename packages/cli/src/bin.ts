#!/usr/bin/env node
import { run } from './program/run.js';

const controller = new AbortController();
const stop = (signal: NodeJS.Signals): void => {
  // Whoever presses Ctrl-C twice does not want to wait for an orderly end.
  if (controller.signal.aborted) process.exit(signal === 'SIGTERM' ? 143 : 130);
  controller.abort(signal);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
// `embedllm ... | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// A log that is full, or whose reader has gone, must not end a server.
process.stderr.on('error', () => undefined);

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
