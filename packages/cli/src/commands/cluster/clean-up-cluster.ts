import { type AbandonedRun, connectCluster } from '@embedllm/cluster';
import { duration, formatTable, quantity } from '@embedllm/internals';
import { clusterSettings } from '../../inputs/cluster-settings.js';
import type { Context } from '../../program/context.js';
import type { CleanupOptions } from './options.js';

const DAY_MS = 24 * 3_600_000;

/** Removes what abandoned runs left, and prints it. */
export async function cleanUpCluster(context: Context, options: CleanupOptions): Promise<void> {
  const { olderThan, dryRun: isDryRun = false } = options;
  const settings = await clusterSettings(context, options);
  const cluster = await connectCluster(settings);
  try {
    const { signal } = context;
    const found = await cluster.cleanUp({ olderThanMs: olderThan * DAY_MS, isDryRun, signal });
    context.result({ ...found, isDryRun }, () => {
      const { runs, jobs, queues } = found;
      if (runs.length + jobs + queues === 0) {
        return `Nothing is left that is older than ${quantity(olderThan, 'day')}.`;
      }
      const redis = `${quantity(jobs, 'job')} and ${quantity(queues, 'queue')} in Redis`;
      const objects = runs.reduce((sum, run) => sum + run.objects, 0);
      const total = `${quantity(objects, 'object')} in ${settings.storage.address}, ${redis}`;
      const table = formatTable(['run', 'kind', 'objects', 'MB', 'written'], runs.map(rowOf));
      const head = runs.length > 0 ? [table, ''] : [];
      return [...head, `${isDryRun ? 'To remove' : 'Removed'}: ${total}.`].join('\n');
    });
  } finally {
    await cluster.close();
    await settings.storage.close();
  }
}

function rowOf({ folder, kind, objects, bytes, writtenAt }: AbandonedRun): string[] {
  const ago = `${duration((Date.now() - writtenAt) / 1000)} ago`;
  return [folder, kind, String(objects), (bytes / 1e6).toFixed(1), ago];
}
