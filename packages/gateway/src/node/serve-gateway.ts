import { createServer } from 'node:http';
import type { Router } from '@embedllm/router';
import { getRequestListener } from '@hono/node-server';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import { createGateway } from '../create-gateway.js';
import type { Gateway, GatewayOptions } from '../gateway.js';
import { loadProviderPackage } from '../provider/load-provider.js';
import { limitConnections } from './crowded-server.js';
import { DecisionFile } from './decision-file.js';
import { drainServer, watchConnections } from './drain-server.js';
import { listen } from './listen.js';
import { isLocalRequest, refuseForeignHost } from './local-host.js';
import { type GatewayEvent, logLine, messageOf, surviveLostLog } from './log-line.js';
import { logTraffic } from './log-traffic.js';
import { openLimits } from './open-limits.js';
import { ProcessSignals } from './process-signals.js';
import { readGatewayConfiguration } from './read-configuration.js';
import { closeStuckConnections } from './stuck-connections.js';
import { TracingOfConfiguration } from './tracing-of-configuration.js';
import { undiciTransport } from './undici-transport.js';
import { watchFiles } from './watch-files.js';

/** Options of `serveGateway`. */
export interface ServeGatewayOptions
  extends Pick<GatewayOptions, 'routing' | 'onRequest' | 'openTelemetry' | 'limitStore'> {
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
   * How often to look for changes of the configuration and of what `watch` names, in milliseconds;
   * 0 never looks.
   *
   * @default 2000
   */
  readonly watchMs?: number | undefined;
  /** Files and folders that `loadRouter` read. @default the `artifact` of the configuration */
  readonly watch?: ((configuration: GatewayConfiguration) => readonly string[]) | undefined;
  /** Whether SIGTERM and SIGINT close the gateway and SIGHUP reloads it. @default true */
  readonly handleSignals?: boolean | undefined;
  /**
   * Called with what happens; with each answered request too unless `log.requests` is off.
   *
   * @default one line of JSON each on standard error
   */
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
   * @returns whether it did; if not, all stays as it was and `log` says why.
   */
  reload(): Promise<boolean>;
  /** Shuts down without losing a request; resolves when the last answer is complete. */
  close(): Promise<void>;
  /** Resolves when the gateway is closed, whoever closed it. */
  readonly closed: Promise<void>;
}

/**
 * Serves a gateway on a port of this machine: keeps connections to upstreams, reloads when its
 * files change or on SIGHUP, and shuts down gracefully on SIGTERM and SIGINT. Node only. Spans go where
 * `telemetry` of the configuration or the variables OTEL_* say, or to the SDK that the program registered.
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
  const { log = logLine, environment = process.env, loadRouter, watchMs = 2000 } = options;
  const { watch = ({ artifact }) => (artifact === undefined ? [] : [artifact]) } = options;
  surviveLostLog();
  const signals = options.handleSignals === false ? undefined : new ProcessSignals();
  const connections = undiciTransport();
  const { openTelemetry } = options;
  const tracing = new TracingOfConfiguration({ environment, log, openTelemetry });
  const load = async () => {
    const configuration = await readGatewayConfiguration(options.configuration, { environment });
    for (const upstream of configuration.upstreams.values()) await loadProviderPackage(upstream);
    const router = await loadRouter?.(configuration);
    const prepared = await tracing.prepare(configuration);
    return { configuration, router, prepared, openTelemetry: prepared.openTelemetry };
  };
  const { prepared, ...contents } = await load();
  let { configuration } = contents;
  await tracing.use(prepared);
  const traffic = logTraffic(log, () => configuration.log);
  const decisionLog = new DecisionFile((message) =>
    log({ level: 'error', event: 'decisions-lost', message }),
  );
  await decisionLog.use(configuration.decisions);
  const limits = await openLimits(options.limitStore, configuration, log);
  const gateway = await limits.orClose(() =>
    createGateway({
      ...contents,
      ...limits,
      decisionLog,
      routing: options.routing,
      transport: connections.transport,
      onCircuitChange: traffic.onCircuitChange,
      onLockout: traffic.onLockout,
      onRequest: (entry) => {
        traffic.onRequest(entry);
        options.onRequest?.(entry);
      },
    }),
  );
  const answer = (request: Request, bindings: object): Response | Promise<Response> => {
    const { authentication, cors } = configuration;
    const isOpen = authentication.keys.length > 0 || authentication.allowAnonymous;
    if (isOpen || isLocalRequest(request, cors.origins)) return gateway.fetch(request, bindings);
    return refuseForeignHost();
  };

  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 20_000 + configuration.limits.bodyTimeoutMs,
      // Longer than load balancers keep theirs, so that they never use one as it is closed.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1000,
    },
    getRequestListener(answer, { overrideGlobalObjects: false }),
  );
  limitConnections(server, configuration.limits.connections);
  closeStuckConnections(server, configuration.limits.writeTimeoutMs);
  const watched = watchConnections(server);
  const port = await limits.orClose(() => listen(server, configuration.server));

  let reloading: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<boolean> => {
    const next = reloading.then(async () => {
      try {
        const { prepared: next, ...fresh } = await load();
        try {
          gateway.replace(fresh);
        } catch (error) {
          await tracing.abandon(next);
          throw error;
        }
        await tracing.use(next);
        await decisionLog.use(fresh.configuration.decisions);
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
  const files = (): string[] => [options.configuration, ...watch(configuration)];
  const stopWatching =
    watchMs > 0 ? await watchFiles(files, watchMs, () => void reload()) : undefined;

  let closing: Promise<void> | undefined;
  let onClosed: () => void;
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  const shutDown = async (): Promise<void> => {
    signals?.stop();
    stopWatching?.();
    log({ level: 'info', event: 'draining', message: `${gateway.inFlight} requests run.` });
    const { broken } = await drainServer(server, gateway, watched, configuration.server);
    await connections.close();
    await tracing.close();
    await decisionLog.close();
    await limits.close();
    const message =
      broken === 0
        ? 'All answers are complete.'
        : `${broken} answers were broken off after server.shutdownTimeoutMs.`;
    log({ level: broken === 0 ? 'info' : 'warn', event: 'closed', message });
    onClosed();
  };
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };
  signals?.start({ close, reload });

  const { host } = configuration.server;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  log({ level: 'info', event: 'listening', message: `Listening on ${url}.` });
  return { gateway, url, port, reload, close, closed };
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
    before.limits.connections === limits.connections &&
    before.limits.ledger === limits.ledger;
  if (isSame) return;
  const message =
    'server.host, server.port, limits.connections and limits.ledger change with the next start.';
  log({ level: 'warn', event: 'restart-needed', message });
}
