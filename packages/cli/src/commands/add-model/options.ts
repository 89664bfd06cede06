import type { ArtifactOptions } from '../../inputs/artifact-options.js';
import type { LogOptions } from '../../inputs/log-options.js';

/** Options of `embedllm add-model`. */
export interface AddModelOptions extends ArtifactOptions, LogOptions {
  /** Name of the model. @default that of the logs */
  readonly name?: string | undefined;
  /** Its marked answers: CSV, JSONL, or logs of lm-evaluation-harness or Inspect. */
  readonly answers?: string | undefined;
  /** Dataset whose questions the answers name by their ids. @default 'dataset' */
  readonly data: string;
  /** Folder of the new artifact. @default the artifact itself */
  readonly output?: string | undefined;
  /** Choose so many questions to ask it, in place of adding it. */
  readonly suggest?: number | undefined;
  /** Logs: the lowest score that counts as correct. */
  readonly threshold?: number | undefined;
  readonly family?: string | undefined;
  /** Billions of parameters. */
  readonly parameters?: number | undefined;
  /** US dollars per million output tokens. */
  readonly outputPrice?: number | undefined;
  /** US dollars per million input tokens. */
  readonly inputPrice?: number | undefined;
  /** Tokens of a usual answer. */
  readonly outputTokens?: number | undefined;
}
