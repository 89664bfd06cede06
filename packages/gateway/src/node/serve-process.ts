import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createGateway } from '../create-gateway.js';
import { loadProviderPackage } from '../provider/load-provider.js';
import { limitConnections } from './crowded-server.js';
import { DecisionFile } from './decision-file.js';
import { drainServer, watchConnections } from './drain-server.js';
import { inFile } from './in-file.js';
import { lightResponse } from './light-response.js';
import { listen, urlOf } from './listen.js';
import { loadLearner } from './load-learner.js';
import { isLocalRequest, refuseForeignHost } from './local-host.js';
import { logLine, messageOf, surviveLostLog } from './log-line.js';
import { logTraffic } from './log-traffic.js';
import { openLimits } from './open-limits.js';
import { ProcessSignals } from './process-signals.js';
import { readGatewayConfiguration } from './read-configuration.js';
import { refuseAmbiguous } from './refuse-ambiguous.js';
import type { RunningGateway, ServeGatewayOptions } from './serve-options.js';
import { startInTurns } from './start-in-turns.js';
import { closeStuckConnections } from './stuck-connections.js';
import { TracingOfConfiguration } from './tracing-of-configuration.js';
import { undiciTransport } from './undici-transport.js';
import { warnOfRestart } from './warn-of-restart.js';
import { watchFiles } from './watch-files.js';
import type { PrimaryLink } from './workers/primary-link.js';

/** Serves a gateway in this process; as a worker where there is a `link` to the first process. */
export async function serveProcess(
  options: ServeGatewayOptions,
  link?: PrimaryLink,
): Promise<RunningGateway> {
  const { environment = process.env, loadRouter } = options;
  const log = link?.log ?? options.log ?? logLine;
  // The first process looks for all.
  const watchMs = link ? 0 : (options.watchMs ?? 2000);
  const { watch = ({ artifact }) => (artifact === undefined ? [] : [artifact]) } = options;
  surviveLostLog();
  const signals = options.handleSignals === false ? undefined : new ProcessSignals();
  const connections = undiciTransport();
  const { openTelemetry } = options;
  const tracing = new TracingOfConfiguration({ environment, log, openTelemetry });
  const isFed = options.outcomeStream?.isOrdered ?? false;
  const load = async () => {
    const read = await readGatewayConfiguration(options.configuration, { environment });
    const configuration = link?.share(read) ?? read;
    for (const upstream of configuration.upstreams.values()) await loadProviderPackage(upstream);
    const router = await loadRouter?.(configuration);
    const learner = await loadLearner({ router, configuration, log, isFed });
    const prepared = await tracing.prepare(configuration);
    return { configuration, router, learner, prepared, openTelemetry: prepared.openTelemetry };
  };
  const { prepared, ...contents } = await load();
  let { configuration } = contents;
  await tracing.use(prepared);
  const traffic = logTraffic(log, () => configuration.log);
  const decisionLog = new DecisionFile((message) =>
    log({ level: 'error', event: 'decisions-lost', message }),
  );
  await decisionLog.use(configuration.decisions, configuration.routing.learning);
  const limits = await openLimits(options.limitStore ?? link?.limitStore, configuration, log);
  const gateway = await limits.orClose(() =>
    inFile(options.configuration, () =>
      createGateway({
        ...contents,
        ...limits,
        decisionLog: link?.decisions(decisionLog) ?? decisionLog,
        siblings: link?.siblings,
        routing: options.routing,
        toQuestion: options.toQuestion,
        transport: connections.transport,
        onCircuitChange: traffic.onCircuitChange,
        onLockout: traffic.onLockout,
        onShadowCall: traffic.onShadowCall,
        onDrift: traffic.onDrift,
        onLearningFailure: traffic.onLearningFailure,
        outcomeStream: options.outcomeStream ?? link?.outcomeStream,
        onStoreFailure: traffic.onStoreFailure,
        answerStore: options.answerStore ?? link?.answerStore,
        lockoutStore: options.lockoutStore ?? link?.lockoutStore,
        sessionStore: options.sessionStore ?? link?.sessionStore,
        circuitStore: options.circuitStore ?? link?.circuitStore,
        onRequest: (entry) => {
          traffic.onRequest(entry);
          options.onRequest?.(entry);
        },
      }),
    ),
  );
  const ownResponse = { Response: lightResponse() };
  const answer = (request: Request, bindings: object): Response | Promise<Response> => {
    const { authentication, cors } = configuration;
    const isOpen = authentication.keys.length > 0 || authentication.allowAnonymous;
    if (isOpen || isLocalRequest(request, cors.origins)) {
      return gateway.fetch(request, { ...bindings, ...ownResponse });
    }
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
    startInTurns(
      refuseAmbiguous(
        // HTTP/1.0, as checks of load balancers use it, knows no host.
        getRequestListener(answer, { overrideGlobalObjects: false, hostname: 'localhost' }),
      ),
    ),
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
          inFile(options.configuration, () => gateway.replace(fresh));
        } catch (error) {
          await tracing.abandon(next);
          throw error;
        }
        await tracing.use(next);
        await decisionLog.use(fresh.configuration.decisions, fresh.configuration.routing.learning);
        warnOfRestart(configuration, fresh.configuration, log);
        configuration = fresh.configuration;
        log({ level: 'info', event: 'reloaded', message: 'Serving the new configuration.' });
        return true;
      } catch (error) {
        gateway.countFailedReload();
        const message = `Keeping the old configuration. ${messageOf(error)}`;
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
    await link?.limitStore.close();
    const message =
      broken === 0
        ? 'All answers are complete.'
        : `${broken} answers were cut off after server.shutdownTimeoutMs.`;
    log({ level: broken === 0 ? 'info' : 'warn', event: 'closed', message });
    onClosed();
  };
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };
  signals?.start({ close, reload });

  const { host } = configuration.server;
  const url = urlOf(host, port);
  log({ level: 'info', event: 'listening', message: `Listening on ${url}.` });
  const running = { gateway, url, port, reload, close, closed };
  link?.serve(running);
  return running;
}
