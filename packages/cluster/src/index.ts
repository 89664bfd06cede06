export type { AbandonedRun } from './cleanup/abandoned-runs.js';
export type { CleanedUp, CleanUpOptions } from './cleanup/clean-up.js';
export { type Cluster, type ClusterStatus, connectCluster } from './connect-cluster.js';
export type { ClusterSettings } from './connection/backbone.js';
export type { RedisSettings } from './connection/connect-redis.js';
export type { OpenEncoder } from './encode/encode-part.js';
export type {
  ClusterEncodeOptions,
  VectorManifest,
  VectorPart,
} from './encode/encode-texts.js';
export type { TextPart } from './encode/text-part.js';
export type { ImportReading } from './import/import-jobs.js';
export type { ClusterImportOptions } from './import/import-records.js';
export {
  type LabelledRecordsOptions,
  labelledRecords,
} from './import/labelled-records.js';
export { type ReadRecordsOptions, readRecords } from './import/read-records.js';
export { type RecordPart, type RecordSet, readRecordSet } from './import/record-set.js';
export type { QueueCounts } from './jobs/queues.js';
export type { ClusterSweep, SweepOptions, SweepTraining } from './sweep/open-sweep.js';
export type { SweepSettings } from './sweep/sweep-jobs.js';
export type { ClusterTraining, TrainingOptions } from './train/open-training.js';
export {
  partsOf,
  type TrainingPart,
  type TrainingSet,
  type WriteTrainingSetOptions,
  writeTrainingSet,
} from './train/training-set.js';
export { type ClusterWorker, type StartWorkerOptions, startWorker } from './worker/start-worker.js';
export { formatWorkerMetrics } from './worker/worker-metrics.js';
export type { WorkerStatus } from './worker/worker-status.js';
