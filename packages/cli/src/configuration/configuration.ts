import type { AddModelOptions } from '../commands/add-model/options.js';
import type { BuildOptions } from '../commands/build/options.js';
import type { CascadeCommandOptions } from '../commands/cascade/options.js';
import type { CleanupOptions } from '../commands/cluster/options.js';
import type { CollectCommandOptions } from '../commands/collect/options.js';
import type { CompareCommandOptions } from '../commands/compare/options.js';
import type { DoctorOptions } from '../commands/doctor/options.js';
import type { EncodeCommandOptions } from '../commands/encode/options.js';
import type { EvaluateOptions } from '../commands/evaluate/options.js';
import type { ForecastOptions } from '../commands/forecast/options.js';
import type { InitOptions } from '../commands/init/options.js';
import type {
  AblateOptions,
  AttributeOptions,
  DimensionsOptions,
  DuplicatesOptions,
  GroupsOptions,
  MapOptions,
  NearestOptions,
  SeparateOptions,
  SparsityOptions,
  StabilityOptions,
  VerifyOptions,
} from '../commands/probe/options.js';
import type { TransferOptions } from '../commands/probe/training-options.js';
import type { PullCommandOptions } from '../commands/pull/options.js';
import type { PushCommandOptions } from '../commands/push/options.js';
import type { ReportCommandOptions } from '../commands/report/options.js';
import type { RouteCommandOptions } from '../commands/route/options.js';
import type { ServeOptions } from '../commands/serve/options.js';
import type { TrainOptions } from '../commands/train/options.js';
import type { TryOptions } from '../commands/try/options.js';
import type { WorkerCommandOptions } from '../commands/worker/options.js';
import type { ClusterOptions } from '../inputs/cluster-options.js';
import type { ConfiguredModels } from '../inputs/configured-models.js';
import type { ConfiguredEncoder } from '../inputs/encoder-settings.js';

/**
 * What `embedllm.config.*` may hold. A section has the options of its command, named as on the
 * command line but in camelCase (`--max-cost` is `maxCost`); flags win over it. Relative paths
 * start from the file's folder.
 */
export interface Configuration {
  /** Dataset folder or store of every command. @default 'dataset' */
  readonly data?: string | undefined;
  /** Artifact folder of every command but `serve`, whose gateway.yaml names it. @default 'artifact' */
  readonly artifact?: string | undefined;
  /** Seed of every command, an unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
  /** The lowest score that counts as correct, where data hold graded scores. @default 0 and 1 only */
  readonly threshold?: number | undefined;
  /** Folder of cached embeddings; false turns the cache off. @default '.embedllm/cache' */
  readonly cache?: string | false | undefined;
  /** The question encoder: how to make one, or an encoder of your own. @default { kind: 'lsa' } */
  readonly encoder?: ConfiguredEncoder | undefined;
  /**
   * Models that `collect` asks: texts such as `openai:gpt-5-mini`, language models of the AI SDK, or
   * either with settings and prices. @default those of `--model`
   */
  readonly models?: ConfiguredModels | undefined;
  /**
   * Address of Redis, for commands that use a cluster: without its password, which belongs into
   * EMBEDLLM_CLUSTER. @default none
   */
  readonly redis?: string | undefined;
  /** Storage of the cluster, `s3://bucket/prefix` or a folder that all machines see. @default none */
  readonly storage?: string | undefined;
  /** File with the certificate of the authority that signed the one of Redis. @default none */
  readonly clusterCa?: string | undefined;
  /** Print results as JSON. @default false */
  readonly json?: boolean | undefined;
  /** No progress and no remarks. @default false */
  readonly quiet?: boolean | undefined;
  /** Print the stack of errors. @default false */
  readonly debug?: boolean | undefined;
  /** False for no colours. @default as the terminal can */
  readonly color?: boolean | undefined;
  readonly init?: InitConfiguration | undefined;
  readonly collect?: Partial<CollectCommandOptions> | undefined;
  readonly build?: Partial<BuildOptions> | undefined;
  readonly encode?: Partial<EncodeCommandOptions> | undefined;
  readonly train?: Partial<TrainOptions> | undefined;
  readonly evaluate?: Partial<EvaluateOptions> | undefined;
  readonly compare?: Partial<CompareCommandOptions> | undefined;
  readonly route?: Partial<RouteCommandOptions> | undefined;
  readonly cascade?: Partial<CascadeCommandOptions> | undefined;
  readonly 'add-model'?: Partial<AddModelOptions> | undefined;
  readonly forecast?: Partial<ForecastOptions> | undefined;
  readonly probe?: ProbeConfiguration | undefined;
  readonly report?: Partial<ReportCommandOptions> | undefined;
  readonly serve?: Partial<ServeOptions> | undefined;
  readonly try?: TryConfiguration | undefined;
  readonly worker?: Partial<WorkerCommandOptions> | undefined;
  readonly cluster?: ClusterConfiguration | undefined;
  readonly push?: Partial<PushCommandOptions> | undefined;
  readonly pull?: Partial<PullCommandOptions> | undefined;
  readonly doctor?: Partial<DoctorOptions> | undefined;
}

/** The section of `embedllm init`. */
export interface InitConfiguration extends Partial<Omit<InitOptions, 'price'>> {
  /** Prices such as `gpt-5-mini=0.25/2`, US dollars per million input and output tokens. */
  readonly price?: readonly string[] | undefined;
}

/** The section of `embedllm try`: of the options of `collect`, those that it has. */
export type TryConfiguration = Partial<
  Omit<
    TryOptions,
    | 'allowPython'
    | 'categoryColumn'
    | 'dryRun'
    | 'keyColumn'
    | 'questionColumn'
    | 'questions'
    | 'requestsPerMinute'
    | 'rescore'
    | 'retryErrors'
    | 'scorer'
    | 'scorerColumn'
    | 'temperature'
    | 'tokensPerMinute'
  >
>;

/** The section of `embedllm cluster`. */
export interface ClusterConfiguration {
  readonly status?: ClusterOptions | undefined;
  readonly cleanup?: Partial<CleanupOptions> | undefined;
}

/** The section of `embedllm probe`: one of each probe. */
export interface ProbeConfiguration {
  readonly nearest?: Partial<NearestOptions> | undefined;
  readonly map?: Partial<MapOptions> | undefined;
  readonly groups?: Partial<GroupsOptions> | undefined;
  readonly attribute?: Partial<AttributeOptions> | undefined;
  readonly separate?: Partial<SeparateOptions> | undefined;
  readonly duplicates?: Partial<DuplicatesOptions> | undefined;
  readonly verify?: Partial<VerifyOptions> | undefined;
  readonly transfer?: Partial<TransferOptions> | undefined;
  readonly ablate?: Partial<AblateOptions> | undefined;
  readonly sparsity?: Partial<SparsityOptions> | undefined;
  readonly dimensions?: Partial<DimensionsOptions> | undefined;
  readonly stability?: Partial<StabilityOptions> | undefined;
}
