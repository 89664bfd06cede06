import { EXIT_CODES } from './exit-code.js';

type FailingStream = NodeJS.WritableStream & {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
};

/**
 * Ends the run when standard output cannot be written: quietly when its reader closed it, as `head`
 * does, else with a line on standard error. A lost result is never the result of a check. What
 * standard error cannot take is dropped, because it has no other place to go.
 */
export function watchOutputs(
  { stdout, stderr }: { readonly stdout: FailingStream; readonly stderr: FailingStream },
  exit: (code: number) => void,
): void {
  stderr.on('error', () => {});
  stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE') return exit(EXIT_CODES.pipeClosed);
    stderr.write(`error: Standard output cannot be written: ${message}\n`);
    exit(EXIT_CODES.data);
  });
}
