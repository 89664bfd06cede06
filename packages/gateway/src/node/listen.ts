import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmbedLLMError } from '@embedllm/core';

/** The address of a server, as clients write it. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Takes connections from now on.
 *
 * @returns the port, which the system chose where 0 was asked for.
 * @throws EmbedLLMError `io` when the address cannot be used.
 */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(
        new EmbedLLMError(`Cannot listen on ${host}, port ${port}: ${cause.message}.`, {
          code: 'io',
          cause,
        }),
      );
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return address.port;
}
