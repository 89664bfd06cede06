export { type DownloadDatasetOptions, downloadDataset } from './hub/download-dataset.js';
export { HubError, type HubErrorOptions } from './hub/hub-error.js';
export type { HubFile } from './hub/hub-file.js';
export type { HubOptions } from './hub/hub-settings.js';
export {
  type PulledRepository,
  type PullOptions,
  type PullRepositoryOptions,
  pullRepository,
} from './hub/pull-repository.js';
export {
  type PushedRepository,
  type PushRepositoryOptions,
  pushRepository,
} from './hub/push-repository.js';
export type { RepositoryType } from './hub/repository.js';
export type { FileSelection } from './hub/select-files.js';
