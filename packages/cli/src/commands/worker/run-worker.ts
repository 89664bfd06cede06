import { once } from 'node:events';
import { totalmem } from 'node:os';
import { type ClusterWorker, startWorker } from '@embedllm/cluster';
import { quantity, reasonOf } from '@embedllm/internals';
import { clusterSettings } from '../../inputs/cluster-settings.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import type { Context } from '../../program/context.js';
import type { WorkerCommandOptions } from './options.js';
import { serveMetrics } from './serve-metrics.js';

/** How often a worker looks whether it had work. */
const LOOK_MS = 500;

/** Works until the signal, or until there was no work for a while; then finishes what is under way. */
export async function runWorker(context: Context, options: WorkerCommandOptions): Promise<void> {
  const { concurrency, lease, memory, threads, metricsPort, idle } = options;
  const settings = await clusterSettings(context, options);
  warnOfMemory(context, memory);
  const worker = await startWorker({
    ...{ ...settings, concurrency, threads, leaseMs: lease * 1000 },
    memoryBytes: memory === undefined ? undefined : memory * 2 ** 20,
    openEncoder: (record) => restoreArtifactEncoder(context, record, options),
    onError: (error) => context.warn(reasonOf(error)),
  });
  const metrics = metricsPort === undefined ? undefined : await serveMetrics(worker, metricsPort);
  const { address } = settings.storage;
  context.note(
    `Worker ${worker.id} takes jobs from ${address}${metrics ? `, ${metrics.url}` : ''}.`,
  );
  const ending = idle === undefined ? context.signal : untilIdle(worker, idle, context.signal);
  if (!ending.aborted) await once(ending, 'abort');
  context.note('Finishing the current jobs. Press Ctrl-C again to stop immediately.');
  await worker.close();
  await metrics?.close();
  await settings.storage.close();
  const { done, failed } = worker.status();
  context.result({ worker: worker.id, done, failed }, () => {
    return `${quantity(done, 'job')} done, ${failed} failed.`;
  });
}

/** More than there is would end the process while it holds what others wait for. */
function warnOfMemory(context: Context, megabytes: number | undefined): void {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const has = Math.floor(Math.min(totalmem(), limit) / 2 ** 20);
  if (megabytes === undefined || megabytes <= has) return;
  context.warn(
    `--memory ${megabytes} exceeds the ${has} MB of this machine, so the worker may run out of memory.`,
  );
}

/** Aborts with the signal, or once nothing was done for some seconds. */
function untilIdle(worker: ClusterWorker, seconds: number, signal: AbortSignal): AbortSignal {
  const idling = new AbortController();
  let busyAt = performance.now();
  let before = 0;
  const timer = setInterval(() => {
    const { active, done, failed, parts } = worker.status();
    const isBusy = active > 0 || parts.length > 0 || done + failed !== before;
    before = done + failed;
    if (isBusy) busyAt = performance.now();
    else if (performance.now() - busyAt > 1000 * seconds) idling.abort();
  }, LOOK_MS);
  const ending = AbortSignal.any([signal, idling.signal]);
  ending.addEventListener('abort', () => clearInterval(timer), { once: true });
  return ending;
}
