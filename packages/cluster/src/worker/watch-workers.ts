import { quantity } from '@embedllm/internals';
import { type Backbone, VERSION } from '../connection/backbone.js';
import { listWorkers } from './worker-status.js';

/** How often it is looked whether there are workers, */
const LOOK_MS = 5000;
/** and how often it is said that there are none. */
const SAY_MS = 60_000;

/** Says when jobs wait for workers and there are none. @returns what ends that. */
export function watchWorkers(backbone: Backbone, isWaiting: () => boolean): () => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    if (!isWaiting() || performance.now() - saidAt < SAY_MS) return;
    const workers = await listWorkers(backbone);
    if (workers.some(({ version }) => version === VERSION)) return;
    saidAt = performance.now();
    const versions = [...new Set(workers.map(({ version }) => version))].join(', ');
    const others =
      workers.length > 0 ? ` (${quantity(workers.length, 'worker')} of version ${versions})` : '';
    backbone.onNotice(
      `No worker of version ${VERSION} is connected${others}: the work waits for one. Start it with the same Redis and storage: embedllm worker`,
    );
  };
  // Redis is away; jobs wait for it, too.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
  return () => clearInterval(timer);
}
