import type { QuestionEncoder } from '@embedllm/core';
import type { BuildOptions } from '../commands/build.js';
import type { EvaluateOptions } from '../commands/evaluate.js';
import type { RouteCommandOptions } from '../commands/route.js';
import type { TrainOptions } from '../commands/train.js';
import type { EncoderSettings } from '../embeddings/encoder-settings.js';

/**
 * What `embedllm.config.*` may hold. A section has the options of its command, named as on the
 * command line but in camelCase (`--max-cost` is `maxCost`); flags win over it. Relative paths
 * start from the file's folder.
 */
export interface Configuration {
  /** Dataset folder or store of every command. @default 'dataset' */
  readonly data?: string | undefined;
  /** Artifact folder of every command. @default 'artifact' */
  readonly artifact?: string | undefined;
  /** Seed of every command, an unsigned 32-bit integer. @default 0 */
  readonly seed?: number | undefined;
  /** The lowest score that counts as correct, where data hold graded scores. @default 0 and 1 only */
  readonly threshold?: number | undefined;
  /** Folder of cached embeddings; false turns the cache off. @default '.embedllm/cache' */
  readonly cache?: string | false | undefined;
  /** The question encoder: how to make one, or an encoder of your own. @default { kind: 'lsa' } */
  readonly encoder?: EncoderSettings | QuestionEncoder | undefined;
  /** Print results as JSON. @default false */
  readonly json?: boolean | undefined;
  /** No progress and no remarks. @default false */
  readonly quiet?: boolean | undefined;
  /** Print the stack of errors. @default false */
  readonly debug?: boolean | undefined;
  /** False for no colours. @default as the terminal can */
  readonly color?: boolean | undefined;
  readonly build?: Partial<BuildOptions> | undefined;
  readonly train?: Partial<TrainOptions> | undefined;
  readonly evaluate?: Partial<EvaluateOptions> | undefined;
  readonly route?: Partial<RouteCommandOptions> | undefined;
}
