import { once } from 'node:events';
import { startWorker } from '@embedllm/cluster';
import { quantity, reasonOf } from '@embedllm/internals';
import { clusterSettings } from '../../inputs/cluster-settings.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import type { Context } from '../../program/context.js';
import type { WorkerCommandOptions } from './options.js';

/** Works until the signal, then finishes what is under way. */
export async function runWorker(context: Context, options: WorkerCommandOptions): Promise<void> {
  const settings = await clusterSettings(context, options);
  const worker = await startWorker({
    ...settings,
    concurrency: options.concurrency,
    leaseMs: options.lease * 1000,
    openEncoder: (record) => restoreArtifactEncoder(context, record, options),
    onError: (error) => context.warn(reasonOf(error)),
  });
  context.note(`Worker ${worker.id} takes jobs of ${settings.storage.address}.`);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  context.note('Finishing what is under way. Ctrl-C again ends at once.');
  await worker.close();
  await settings.storage.close();
  const { done, failed } = worker.status();
  context.result({ worker: worker.id, done, failed }, () => {
    return `${quantity(done, 'job')} done, ${failed} failed.`;
  });
}
