import type { GatewayConfiguration } from './configuration/configuration.js';
import type { ParseConfigurationOptions } from './configuration/parse-configuration.js';
import type { RunningGateway, ServeGatewayOptions } from './node/serve-gateway.js';

// Node's part is loaded when it is called for, so that this entry runs in edge runtimes too.

/**
 * Serves a gateway on a port of this machine: keeps connections to upstreams, reloads when its
 * files change or on SIGHUP, and shuts down gracefully on SIGTERM and SIGINT. Node only.
 *
 * Needs the packages `hono`, `@hono/node-server`, `undici` and, for YAML, `yaml`. Spans need
 * `@opentelemetry/api` and an SDK that the program registers.
 *
 * @throws EmbedLLMError `missing-dependency`, `io` when file or port cannot be used; DataError
 * `invalid-data` naming file and field of a wrong configuration; whatever `loadRouter` throws.
 *
 * @example
 * ```ts
 * const { url } = await serveGateway({
 *   configuration: 'gateway.yaml',
 *   loadRouter: async ({ artifact = './artifact' }) =>
 *     Router.fromArtifact(await fromPretrained(artifact), { encoder }),
 * });
 * ```
 */
export async function serveGateway(options: ServeGatewayOptions): Promise<RunningGateway> {
  const node = await import('./node/serve-gateway.js');
  return await node.serveGateway(options);
}

/**
 * Reads a gateway's configuration from a JSON file, or from a YAML file (`.yaml`, `.yml`) with the
 * package `yaml`. A relative `artifact` is taken from the folder of the file. Node only.
 *
 * @throws EmbedLLMError `io` when the file cannot be read; `missing-dependency` without `yaml`;
 * DataError `invalid-data` as `parseGatewayConfiguration`.
 */
export async function readGatewayConfiguration(
  path: string,
  options: Pick<ParseConfigurationOptions, 'environment'>,
): Promise<GatewayConfiguration> {
  const node = await import('./node/read-configuration.js');
  return await node.readGatewayConfiguration(path, options);
}
