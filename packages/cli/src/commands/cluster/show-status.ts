import { connectCluster } from '@embedllm/cluster';
import { duration, formatTable, quantity } from '@embedllm/internals';
import type { ClusterOptions } from '../../inputs/cluster-options.js';
import { clusterSettings } from '../../inputs/cluster-settings.js';
import type { Context } from '../../program/context.js';

/** Prints workers and queues. */
export async function showStatus(context: Context, options: ClusterOptions): Promise<void> {
  const settings = await clusterSettings(context, options);
  const cluster = await connectCluster(settings);
  try {
    const status = await cluster.status();
    const { version, workers, queues } = status;
    context.result(status, () => {
      const others = workers.filter((worker) => worker.version !== version).length;
      const rows = workers.map((worker) => [
        `${worker.host} ${worker.pid}`,
        worker.version,
        duration((Date.now() - worker.startedAt) / 1000),
        String(worker.active),
        String(worker.done),
        String(worker.failed),
      ]);
      const table = formatTable(['worker', 'version', 'up', 'active', 'done', 'failed'], rows);
      const lines = Object.entries(queues).map(
        ([name, { waiting, active, failed }]) =>
          `${name}: ${waiting} waiting, ${active} active, ${failed} failed`,
      );
      const warning =
        others > 0
          ? [`${quantity(others, 'worker')} of a version other than ${version} get no jobs.`]
          : [];
      const head = workers.length === 0 ? ['No workers.'] : [table, ''];
      return [...head, ...lines, ...warning].join('\n');
    });
  } finally {
    await cluster.close();
    await settings.storage.close();
  }
}
