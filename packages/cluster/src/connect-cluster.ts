import { type ClusterSettings, openBackbone } from './connection/backbone.js';
import {
  type ClusterEncodeOptions,
  encodeTexts,
  type VectorManifest,
} from './encode/encode-texts.js';
import { listWorkers, type WorkerStatus } from './worker/worker-status.js';

/** A cluster, seen from the process that gives it work. */
export interface Cluster {
  /**
   * Encodes texts in storage to vectors in storage, on all workers. Each part is written once; a run
   * that was stopped goes on with the parts that are missing.
   *
   * @throws EmbedLLMError `invalid-data` naming the object and the place of a text that is missing,
   * `invalid-argument` when the output has other vectors; the signal's reason when aborted.
   */
  encode(options: ClusterEncodeOptions): Promise<VectorManifest>;
  /** The workers, of all versions, that were heard of within 30 s. */
  workers(): Promise<WorkerStatus[]>;
  /** Disconnects. */
  close(): Promise<void>;
}

/**
 * Connects to the Redis and the storage where workers meet.
 *
 * @throws EmbedLLMError `missing-dependency` without bullmq and ioredis, `io` when Redis does not
 * answer.
 */
export async function connectCluster(settings: ClusterSettings): Promise<Cluster> {
  const backbone = await openBackbone(settings);
  return {
    encode: (options) => encodeTexts(backbone, options),
    workers: () => listWorkers(backbone),
    async close() {
      backbone.redis.disconnect();
    },
  };
}
