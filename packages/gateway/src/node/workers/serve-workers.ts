import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { EmbedLLMError } from '@embedllm/core';
import type { GatewayConfiguration } from '../../configuration/configuration.js';
import { MemoryAnswerStore } from '../../idempotency/memory-answer-store.js';
import { MemoryLockoutStore } from '../../lockout/memory-lockout-store.js';
import { MemorySessionStore } from '../../session/memory-session-store.js';
import { MemoryCircuitStore } from '../../upstream/memory-circuit-store.js';
import { listen } from '../listen.js';
import { logLine, messageOf, surviveLostLog } from '../log-line.js';
import { openLimits } from '../open-limits.js';
import { ProcessSignals } from '../process-signals.js';
import { readGatewayConfiguration } from '../read-configuration.js';
import type { RunningGateway, ServeGatewayOptions } from '../serve-options.js';
import { warnOfRestart } from '../warn-of-restart.js';
import { watchFiles } from '../watch-files.js';
import { WorkerPool } from './worker-pool.js';

/** What a worker may take to end beyond the time that its configuration gives it, in milliseconds. */
const MARGIN_MS = 5000;
/**
 * New objects get the space at once that V8 would otherwise give them little by little: a request needs some
 * 75 KB of it for a few milliseconds, and each collection of it is a pause.
 */
const YOUNG_SPACE = ['--min-semi-space-size=16'];

/**
 * Serves a gateway in several processes that share a port. This one answers nothing: it keeps the
 * limits of keys, their answers and lock-outs, passes
 * on what each learns of upstreams, replaces workers that end, and reloads and stops all of them.
 */
export async function serveWorkers(
  options: ServeGatewayOptions,
  first: GatewayConfiguration,
): Promise<RunningGateway> {
  const { log = logLine, environment = process.env, watchMs = 2000 } = options;
  const { watch = ({ artifact }) => (artifact === undefined ? [] : [artifact]) } = options;
  if (!cluster.isPrimary) {
    throw new EmbedLLMError(
      'server.workers cannot be used in a process that is itself a worker. Set it to 1.',
      { code: 'invalid-argument' },
    );
  }
  surviveLostLog();
  const signals = options.handleSignals === false ? undefined : new ProcessSignals();
  let configuration = first;
  // What is wrong is said once, and here.
  await options.loadRouter?.(configuration);
  await checkAddress(configuration.server);
  const limits = await openLimits(options.limitStore, configuration, log);
  const execArgv = [...process.execArgv, ...YOUNG_SPACE];
  cluster.setupPrimary({ serialization: 'advanced', execArgv });
  const { workers } = configuration.server;
  const stores = {
    limits: limits.limitStore,
    answers: options.answerStore ?? new MemoryAnswerStore(),
    lockouts: options.lockoutStore ?? new MemoryLockoutStore(),
    sessions: options.sessionStore ?? new MemorySessionStore(),
    circuits: options.circuitStore ?? new MemoryCircuitStore(),
  };
  const pool = new WorkerPool({ workers, stores, log });
  const { url, port } = await limits.orClose(() => pool.start());

  let reloading: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<boolean> => {
    const next = reloading.then(async () => {
      try {
        await pool.reload();
        const fresh = await readGatewayConfiguration(options.configuration, { environment });
        warnOfRestart(configuration, fresh, log);
        configuration = fresh;
        log({ level: 'info', event: 'reloaded', message: 'Serving the new configuration.' });
        return true;
      } catch (error) {
        log({ level: 'error', event: 'reload-failed', message: messageOf(error), error });
        return false;
      }
    });
    reloading = next;
    return next;
  };
  const files = (): string[] => [options.configuration, ...watch(configuration)];
  const stopWatching =
    watchMs > 0 ? await watchFiles(files, watchMs, () => void reload()) : undefined;

  let onClosed: () => void;
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  const shutDown = async (): Promise<void> => {
    signals?.stop();
    stopWatching?.();
    const { drainMs, shutdownTimeoutMs } = configuration.server;
    log({ level: 'info', event: 'draining', message: `${workers} workers end.` });
    await pool.close(drainMs + shutdownTimeoutMs + MARGIN_MS);
    await limits.close();
    log({ level: 'info', event: 'closed', message: 'All workers have ended.' });
    onClosed();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };
  signals?.start({ close, reload });
  const message = `Listening on ${url} with ${workers} workers.`;
  log({ level: 'info', event: 'listening', message });
  return { gateway: undefined, url, port, reload, close, closed };
}

/** @throws EmbedLLMError `io` when the address cannot be used. */
async function checkAddress(server: GatewayConfiguration['server']): Promise<void> {
  const probe = createServer();
  await listen(probe, server);
  await new Promise((resolve) => probe.close(resolve));
}
