import type { ArtifactOptions } from '../../inputs/artifact-options.js';
import type { ColumnOptions } from '../../inputs/column-options.js';
import type { LogOptions } from '../../inputs/log-options.js';

/** Options of `embedllm add-model`. */
export interface AddModelOptions extends ArtifactOptions, LogOptions, ColumnOptions {
  /** Name of the model. @default that of the logs */
  readonly name?: string | undefined;
  /** Take out the model of this name first, where there is one. */
  readonly replace?: boolean | undefined;
  /** Its marked answers: a table, or logs of lm-evaluation-harness or Inspect. */
  readonly answers?: string | undefined;
  /** Dataset whose questions the answers name by their ids. @default 'dataset' */
  readonly data: string;
  /** Folder of the new artifact. @default the artifact itself */
  readonly output?: string | undefined;
  /** Choose so many questions to ask it, instead of adding it. */
  readonly suggest?: number | undefined;
  readonly family?: string | undefined;
  /** Billions of parameters. */
  readonly parameters?: number | undefined;
  /** US dollars per million output tokens. */
  readonly outputPrice?: number | undefined;
  /** US dollars per million input tokens. */
  readonly inputPrice?: number | undefined;
  /** Tokens of a usual answer. */
  readonly outputTokens?: number | undefined;
  /** What it can do, such as `tools`. */
  readonly capabilities?: readonly string[] | undefined;
  /** Where it is served. */
  readonly regions?: readonly string[] | undefined;
  /** Milliseconds of a usual answer. */
  readonly latency?: number | undefined;
  /** Most tokens that it takes. */
  readonly contextLength?: number | undefined;
}
