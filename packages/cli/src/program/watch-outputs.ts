import { EXIT_CODES } from './exit-code.js';

type FailingStream = NodeJS.WritableStream & {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
};

/**
 * Ends the run when standard output cannot be written: quietly when its reader closed it, as `head`
 * does, else with a line on standard error. A lost result is never the result of a check. What
 * standard error cannot take is dropped, because it has no other place to go. A server continues: its
 * result is what it serves.
 */
export function watchOutputs(
  { stdout, stderr }: { readonly stdout: FailingStream; readonly stderr: FailingStream },
  exit: (code: number) => void,
  { isServer = false }: { readonly isServer?: boolean } = {},
): void {
  stderr.on('error', () => {});
  stdout.on('error', ({ code, message }) => {
    if (isServer) return;
    if (code === 'EPIPE') return exit(EXIT_CODES.pipeClosed);
    stderr.write(`error: Standard output cannot be written: ${message}\n`);
    exit(EXIT_CODES.data);
  });
}
