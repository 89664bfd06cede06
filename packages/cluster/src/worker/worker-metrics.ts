import type { WorkerStatus } from './worker-status.js';

/** What is measured of a worker: name, kind, help and value. */
const METRICS: readonly (readonly [
  name: string,
  kind: 'counter' | 'gauge',
  help: string,
  value: (status: WorkerStatus) => number,
])[] = [
  ['jobs_done_total', 'counter', 'Jobs done.', ({ done }) => done],
  ['jobs_failed_total', 'counter', 'Failed attempts at jobs.', ({ failed }) => failed],
  ['jobs_active', 'gauge', 'Jobs currently running.', ({ active }) => active],
  ['parts', 'gauge', 'Parts of training sets in memory.', ({ parts }) => parts.length],
  ['held_bytes', 'gauge', 'Memory used by these parts.', ({ heldBytes }) => heldBytes],
  ['memory_bytes', 'gauge', 'Memory available to parts.', ({ memoryBytes }) => memoryBytes],
];

/**
 * How a worker is, as Prometheus reads it.
 *
 * @param status - `worker.status()`.
 */
export function formatWorkerMetrics(status: WorkerStatus): string {
  return METRICS.map(([name, kind, help, value]) => {
    const full = `embedllm_worker_${name}`;
    return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${full} ${value(status)}\n`;
  }).join('');
}
