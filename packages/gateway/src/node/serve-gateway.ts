import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { EmbedLLMError } from '@embedllm/core';
import type { Router } from '@embedllm/router';
import { getRequestListener } from '@hono/node-server';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import { createGateway } from '../create-gateway.js';
import type { Gateway, GatewayOptions } from '../gateway.js';
import { drainServer, watchConnections } from './drain-server.js';
import { optionalPackage } from './optional-package.js';
import { readGatewayConfiguration } from './read-configuration.js';
import { undiciTransport } from './undici-transport.js';
import { watchFiles } from './watch-files.js';

/** Something that the operator of a gateway should know. Plain JSON but for `error`. */
export interface GatewayEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly event:
    | 'listening'
    | 'reloaded'
    | 'reload-failed'
    | 'restart-needed'
    | 'request-failed'
    | 'draining'
    | 'closed';
  readonly message: string;
  readonly error?: unknown;
}

/** Options of `serveGateway`. */
export interface ServeGatewayOptions
  extends Pick<GatewayOptions, 'routing' | 'onRequest' | 'openTelemetry'> {
  /** Path of the configuration, JSON or YAML. */
  readonly configuration: string;
  /**
   * Makes the router, at the start and at every reload; usually from `configuration.artifact`.
   *
   * @default no router: clients must name a model
   */
  readonly loadRouter?:
    | ((configuration: GatewayConfiguration) => Promise<Pick<Router, 'models' | 'route'>>)
    | undefined;
  /** Where keys come from. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * How often to look for changes of the configuration and of the artifact's `config.json`, in
   * milliseconds; 0 never looks.
   *
   * @default 2000
   */
  readonly watchMs?: number | undefined;
  /** Whether SIGTERM and SIGINT close the gateway and SIGHUP reloads it. @default true */
  readonly handleSignals?: boolean | undefined;
  /** Told of what happens. @default one line of JSON each on standard error */
  readonly log?: ((event: GatewayEvent) => void) | undefined;
}

/** A gateway on a port. */
export interface RunningGateway {
  readonly gateway: Gateway;
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Reads configuration and artifact again and serves them from the next request on.
   *
   * @returns whether it did; if not, all stays as it was and `log` is told why.
   */
  reload(): Promise<boolean>;
  /** Shuts down without losing a request; resolves when the last answer is complete. */
  close(): Promise<void>;
  /** Resolves when the gateway is closed, whoever closed it. */
  readonly closed: Promise<void>;
}

/**
 * Serves a gateway on a port of this machine: keeps connections to upstreams, reloads when its
 * files change or on SIGHUP, and shuts down gracefully on SIGTERM and SIGINT. Node only. Spans need
 * `@opentelemetry/api` and an SDK that the program registers.
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
 *   loadRouter: async ({ artifact = './artifact' }) =>
 *     Router.fromArtifact(await fromPretrained(artifact), { encoder }),
 * });
 * ```
 */
export async function serveGateway(options: ServeGatewayOptions): Promise<RunningGateway> {
  const { log = logLine, environment = process.env, loadRouter, watchMs = 2000 } = options;
  const connections = undiciTransport();

  const load = async () => {
    const configuration = await readGatewayConfiguration(options.configuration, { environment });
    return { configuration, router: await loadRouter?.(configuration) };
  };
  const contents = await load();
  let { configuration } = contents;
  const gateway = createGateway({
    ...contents,
    routing: options.routing,
    transport: connections.transport,
    openTelemetry:
      options.openTelemetry ?? (await optionalPackage(() => import('@opentelemetry/api'))),
    onRequest: (entry) => {
      if (entry.error !== undefined) {
        const message = `${entry.method} ${entry.route} failed (request ${entry.requestId}).`;
        log({ level: 'error', event: 'request-failed', message, error: entry.error });
      }
      options.onRequest?.(entry);
    },
  });

  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 20_000 + configuration.limits.bodyTimeoutMs,
      // Longer than load balancers keep theirs, so that they never use one as it is closed.
      keepAliveTimeout: 65_000,
    },
    getRequestListener(gateway.fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = configuration.limits.connections;
  const watch = watchConnections(server);
  const port = await listen(server, configuration.server);

  let reloading: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<boolean> => {
    const next = reloading.then(async () => {
      try {
        const fresh = await load();
        gateway.replace(fresh);
        warnOfRestart(configuration, fresh.configuration, log);
        configuration = fresh.configuration;
        log({ level: 'info', event: 'reloaded', message: 'Serving the new configuration.' });
        return true;
      } catch (error) {
        gateway.countFailedReload();
        const message = `Serving the old configuration still. ${messageOf(error)}`;
        log({ level: 'error', event: 'reload-failed', message, error });
        return false;
      }
    });
    reloading = next;
    return next;
  };
  const watched = (): string[] => {
    const { artifact } = configuration;
    return [options.configuration, ...(artifact ? [join(artifact, 'config.json')] : [])];
  };
  const stopWatching = watchMs > 0 ? watchFiles(watched, watchMs, () => void reload()) : undefined;

  let closing: Promise<void> | undefined;
  let onClosed: () => void;
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  const shutDown = async (): Promise<void> => {
    stopListening();
    stopWatching?.();
    log({ level: 'info', event: 'draining', message: `${gateway.inFlight} requests run.` });
    await drainServer(server, gateway, watch, configuration.server);
    await connections.close();
    log({ level: 'info', event: 'closed', message: 'All answers are complete.' });
    onClosed();
  };
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };
  const stopListening =
    options.handleSignals === false ? () => undefined : listenToSignals(close, reload);

  const { host } = configuration.server;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  log({ level: 'info', event: 'listening', message: `Listening on ${url}.` });
  return { gateway, url, port, reload, close, closed };
}

async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(
        new EmbedLLMError('io', `Cannot listen on ${host}, port ${port}: ${cause.message}.`, {
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

/** @returns a function that leaves the signals to whoever else cares. */
function listenToSignals(
  close: () => Promise<void>,
  reload: () => Promise<boolean>,
): () => undefined {
  const onStop = (): void => void close();
  const onReload = (): void => void reload();
  process.on('SIGTERM', onStop);
  process.on('SIGINT', onStop);
  process.on('SIGHUP', onReload);
  return () => {
    process.off('SIGTERM', onStop);
    process.off('SIGINT', onStop);
    process.off('SIGHUP', onReload);
  };
}

function warnOfRestart(
  before: GatewayConfiguration,
  after: GatewayConfiguration,
  log: (event: GatewayEvent) => void,
): void {
  const { server, limits } = after;
  const isSame =
    before.server.host === server.host &&
    before.server.port === server.port &&
    before.limits.connections === limits.connections;
  if (isSame) return;
  const message = 'server.host, server.port and limits.connections change with the next start.';
  log({ level: 'warn', event: 'restart-needed', message });
}

function logLine(event: GatewayEvent): void {
  const { error, ...rest } = event;
  const shown = error === undefined ? rest : { ...rest, error: messageOf(error) };
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...shown })}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
