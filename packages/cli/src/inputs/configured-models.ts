import type { AskableModel, CollectModel } from '@embedllm/dataset-builder/collect';

/** Models that the configuration file has for `collect`. */
export type ConfiguredModels = readonly (string | AskableModel | CollectModel)[];
