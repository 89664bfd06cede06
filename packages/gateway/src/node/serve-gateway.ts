import { EmbedLLMError } from '@embedllm/core';
import { isPipeOrDevice } from '@embedllm/internals/files';
import { readGatewayConfiguration } from './read-configuration.js';
import type { RunningGateway, ServeGatewayOptions } from './serve-options.js';
import { serveProcess } from './serve-process.js';
import { linkToPrimary } from './workers/primary-link.js';
import { serveWorkers } from './workers/serve-workers.js';

/**
 * Serves a gateway on a port of this machine: keeps connections to upstreams, reloads when its
 * files change or on SIGHUP, and shuts down gracefully on SIGTERM and SIGINT. Node only. Spans go where
 * `telemetry` of the configuration or the variables OTEL_* say, or to the SDK that the program registered.
 *
 * With `server.workers`, the program is started once more for each worker, by `node:cluster`, and the
 * call in there serves; here it keeps the limits, replaces workers that end, and reloads and stops all.
 *
 * @throws EmbedLLMError `io` when file or port cannot be used; DataError `invalid-data` naming file
 * and field of a wrong configuration; whatever `loadRouter` throws.
 *
 * @example
 * ```ts
 * import { serveGateway } from '@embedllm/gateway/node';
 *
 * const { url } = await serveGateway({
 *   configuration: 'gateway.yaml',
 *   loadRouter: ({ artifact = './artifact' }) =>
 *     Router.fromPretrained(artifact, { encoder: restoreEncoder }),
 * });
 * ```
 */
export async function serveGateway(options: ServeGatewayOptions): Promise<RunningGateway> {
  const link = linkToPrimary(options.log);
  if (link) return await serveProcess(options, link);
  const { environment = process.env } = options;
  if (await isPipeOrDevice(options.configuration)) {
    throw new EmbedLLMError(
      `The configuration ${options.configuration} is a pipe or a device. It is read again at every reload, so it must be a file.`,
      { code: 'invalid-argument' },
    );
  }
  const configuration = await readGatewayConfiguration(options.configuration, { environment });
  if (configuration.server.workers === 1) return await serveProcess(options);
  return await serveWorkers(options, configuration);
}
