import { type CleanedUp, type CleanUpOptions, cleanUp } from './cleanup/clean-up.js';
import { type ClusterSettings, openBackbone, VERSION } from './connection/backbone.js';
import {
  type ClusterEncodeOptions,
  encodeTexts,
  type VectorManifest,
} from './encode/encode-texts.js';
import { type ClusterImportOptions, importRecords } from './import/import-records.js';
import type { RecordSet } from './import/record-set.js';
import { countQueues, type QueueCounts } from './jobs/queues.js';
import { type ClusterSweep, openSweep, type SweepOptions } from './sweep/open-sweep.js';
import { type ClusterTraining, openTraining, type TrainingOptions } from './train/open-training.js';
import { listWorkers, type WorkerStatus } from './worker/worker-status.js';

/** A cluster, seen from the process that gives it work. */
export interface Cluster {
  /**
   * Encodes texts in storage to vectors in storage, on all workers. Each part is written once; a run
   * that was stopped continues with the parts that are missing.
   *
   * @throws EmbedLLMError `invalid-data` naming the object and the place of a text that is missing,
   * `invalid-argument` when the output has other vectors; the signal's reason when aborted.
   */
  encode(options: ClusterEncodeOptions): Promise<VectorManifest>;
  /**
   * Reads logs and tables in storage on all workers, and brings them together as a set of Parquet parts
   * with integers for questions and models. The result is that of importing the folders one after
   * another into a store; with several parts, numbers of questions that several folders have are left
   * free. A run that was stopped continues where it was.
   *
   * @throws EmbedLLMError naming the folder, and DataError's place in it, as `importEvaluations`;
   * `invalid-argument` when the output has another set.
   */
  importRecords(options: ClusterImportOptions): Promise<RecordSet>;
  /**
   * Loads a training set into the memory of workers, for `trainDirect`. Each part is held by one worker
   * under a lease; each round asks all parts at once, and workers add up the results. The result is
   * bit-identical to one process with the same parts.
   *
   * @throws EmbedLLMError `invalid-argument` for an id that is taken by another training.
   */
  training(options: TrainingOptions): Promise<ClusterTraining>;
  /**
   * Has workers do the trainings of probes and the checks of forecasts, a step each.
   *
   * @throws EmbedLLMError `invalid-argument` for an id that cannot be part of keys.
   */
  sweep(options: SweepOptions): ClusterSweep;
  /**
   * Removes what unfinished runs left in the storage and in Redis, if no process coordinates them and
   * nothing was written for some days. Complete results stay.
   */
  cleanUp(options?: CleanUpOptions): Promise<CleanedUp>;
  /** Workers and waiting jobs. */
  status(): Promise<ClusterStatus>;
  /** Disconnects. */
  close(): Promise<void>;
}

/** Workers and waiting jobs. */
export interface ClusterStatus {
  /** Version of this package; workers of other versions get none of its jobs. */
  readonly version: string;
  /** Workers of all versions that reported within 30 s. */
  readonly workers: readonly WorkerStatus[];
  /** By name. */
  readonly queues: Readonly<Record<string, QueueCounts>>;
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
    importRecords: (options) => importRecords(backbone, options),
    sweep: (options) => openSweep(backbone, options),
    training: (options) => openTraining(backbone, options),
    cleanUp: (options = {}) => cleanUp(backbone, options),
    async status() {
      const workers = await listWorkers(backbone);
      return { version: VERSION, workers, queues: await countQueues(backbone) };
    },
    async close() {
      backbone.disconnect();
    },
  };
}
