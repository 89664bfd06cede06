import { reasonOf } from '@embedllm/internals';
import type { Worker } from 'bullmq';
import { type Backbone, VERSION } from '../connection/backbone.js';
import { FullDiskError } from '../import/work-folder.js';
import { listWorkers } from './worker-status.js';

/** How long a worker with a full disk takes no jobs: longer each time, until it can do one again. */
const FIRST_MS = 5000;
const LONGEST_MS = 60_000;

/**
 * Does jobs of a worker. A full disk fails them at once, so that this worker would take, and fail, those
 * that others are about to do.
 */
export function steppingBack(
  backbone: Backbone,
  worker: () => Worker,
): <T>(work: () => Promise<T>) => Promise<T> {
  let ms = FIRST_MS;
  return async (work) => {
    try {
      const result = await work();
      ms = FIRST_MS;
      return result;
    } catch (error) {
      if (!(error instanceof FullDiskError)) throw error;
      const workers = await listWorkers(backbone);
      if (workers.filter(({ version }) => version === VERSION).length < 2) {
        throw new backbone.bullmq.UnrecoverableError(reasonOf(error));
      }
      if (!worker().isPaused()) {
        // Not awaited: the job that fails is one that it would wait for.
        worker()
          .pause(true)
          .catch(() => {});
        setTimeout(() => {
          if (!worker().closing)
            worker()
              .resume()
              .catch(() => {});
        }, ms).unref();
        ms = Math.min(2 * ms, LONGEST_MS);
      }
      throw error;
    }
  };
}
