import { quantity } from '@embedllm/internals';
import { type Backbone, VERSION } from '../connection/backbone.js';
import { listWorkers } from './worker-status.js';

/** How often it is looked whether there are workers, */
const LOOK_MS = 5000;
/** and how often it is said that there are none. */
const SAY_MS = 60_000;

/** How long workers of other versions hear of jobs that wait for those of this one. */
const HEARD_MS = 15_000;

/** The version of a command that waits for a worker of it. */
function waitingKey({ name }: Backbone): string {
  return `${name}:waiting`;
}

/** Says when jobs wait for workers and there are none. @returns what ends that. */
export function watchWorkers(backbone: Backbone, isWaiting: () => boolean): () => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let hasCalled = false;
  const look = async (): Promise<void> => {
    if (!isWaiting()) return;
    const workers = await listWorkers(backbone);
    if (workers.some(({ version }) => version === VERSION)) return;
    if (workers.length > 0) {
      hasCalled = true;
      await backbone.redis.set(waitingKey(backbone), VERSION, 'PX', HEARD_MS);
    }
    if (performance.now() - saidAt < SAY_MS) return;
    saidAt = performance.now();
    const versions = [...new Set(workers.map(({ version }) => version))].join(', ');
    const others =
      workers.length > 0 ? ` (${quantity(workers.length, 'worker')} of version ${versions})` : '';
    backbone.onNotice(
      `No worker of version ${VERSION} is connected${others}, so the work is waiting. Start one with the same Redis and storage: embedllm worker`,
    );
  };
  // Redis is away; jobs wait for it, too.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
  return () => {
    clearInterval(timer);
    if (hasCalled) backbone.redis.del(waitingKey(backbone)).catch(() => {});
  };
}

/** @returns what says to a worker's side that jobs wait for workers of another version. */
export function watchVersions(backbone: Backbone): () => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    if (performance.now() - saidAt < SAY_MS) return;
    const waiting = await backbone.redis.get(waitingKey(backbone));
    if (waiting === null || waiting === VERSION) return;
    saidAt = performance.now();
    backbone.onNotice(
      `A command of version ${waiting} waits for workers of its version. This worker has version ${VERSION} and gets none of its jobs: install the same version of @embedllm/cli on both sides.`,
    );
  };
  return () => void look().catch(() => {});
}
