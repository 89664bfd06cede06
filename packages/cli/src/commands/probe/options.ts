import type { RepeatPolicy } from '@embedllm/dataset-builder';
import type { ArtifactOptions } from '../../inputs/artifact-options.js';
import type { ColumnOptions } from '../../inputs/column-options.js';
import type { DataOptions } from '../../inputs/data-options.js';
import type { PermutationCommandOptions } from './permutation-options.js';
import type { TrainingProbeCommandOptions } from './training-options.js';
import type { VectorOptions } from './vector-options.js';

/** Options of `embedllm probe ablate`. */
export interface AblateOptions extends TrainingProbeCommandOptions {
  /** Benchmarks of the reference. @default all */
  readonly base?: readonly string[] | undefined;
}

/** Options of `embedllm probe attribute`. */
export interface AttributeOptions extends VectorOptions, PermutationCommandOptions {
  /** @default 'ridge' */
  readonly probe: 'ridge' | 'nearest-neighbours';
}

/** Options of `embedllm probe dimensions`. */
export interface DimensionsOptions extends TrainingProbeCommandOptions {
  /** Numbers of factors. @default [0, 1, 2, 4, 8] */
  readonly ranks: readonly number[];
}

/** Options of `embedllm probe duplicates`. */
export interface DuplicatesOptions extends DataOptions {
  /** Pairs to report. @default 10 */
  readonly count: number;
}

/** Options of `embedllm probe groups`. */
export interface GroupsOptions extends VectorOptions, PermutationCommandOptions {
  /** `family`, `size` (classes), or a key of the models' metadata. @default 'family' */
  readonly by: string;
}

/** Options of `embedllm probe map`. */
export interface MapOptions extends VectorOptions {
  /** Principal components, or UMAP. @default 'pca' */
  readonly method: 'pca' | 'umap';
  /** What colours the dots: `family`, or a key of the models' metadata. @default 'family' */
  readonly by: string;
  /** Seed of UMAP. @default 0 */
  readonly seed: number;
  /** File of the drawing, SVG. @default none */
  readonly output?: string | undefined;
}

/** Options of `embedllm probe nearest`. */
export interface NearestOptions extends VectorOptions {
  /** How many neighbours. @default 5 */
  readonly count: number;
}

/** Options of `embedllm probe separate`. */
export interface SeparateOptions extends ArtifactOptions, DataOptions {
  /** By the artifact's predictions, or by the labels of the dataset. @default 'observed' */
  readonly by: 'observed' | 'predicted';
  /** Questions in favour of each model. @default 5 */
  readonly count: number;
}

/** Options of `embedllm probe sparsity`. */
export interface SparsityOptions extends TrainingProbeCommandOptions {
  /** Shares to keep. @default [0.05, 0.1, 0.2, 0.5] */
  readonly shares: readonly number[];
  /** Random draws of what is kept. @default 3 */
  readonly repetitions: number;
}

/** Options of `embedllm probe stability`. */
export interface StabilityOptions extends TrainingProbeCommandOptions {
  /** Runs, with the seeds 0, 1, ... @default 3 */
  readonly runs: number;
  /** Share of the training questions that each run sees. @default 0.5 */
  readonly share: number;
}

/** Options of `embedllm probe verify`. */
export interface VerifyOptions extends DataOptions, ColumnOptions {
  /** Marked answers of the API: a table. */
  readonly answers?: string | undefined;
  /** The same of a second, trusted run of the claimed model. */
  readonly rerun?: string | undefined;
  /** Without a rerun: how often the model agrees with itself. */
  readonly selfAgreement?: number | undefined;
  /** Largest accepted chance of a false alarm. @default 0.05 */
  readonly level: number;
  /** Answers that a verdict of `consistent` needs. @default 20 */
  readonly minAnswers?: number | undefined;
  /** A question with different outcomes. @default 'refuse' */
  readonly onConflict: RepeatPolicy;
}
