import type { EngineKind } from '@embedllm/trainer';

/** A worker holds a part: the job ends when the part is let go of. */
export interface HoldJob {
  readonly training: string;
  readonly part: number;
  /** Key of the part. */
  readonly key: string;
  /** Key of `{ models }`. */
  readonly models: string;
  readonly dimensions: number;
  readonly engine: EngineKind;
  readonly tileRows?: number | undefined;
  /** What the part takes of a worker's memory. */
  readonly needBytes: number;
}

/** What the holder of a part is asked for. */
export type PartJob =
  | { readonly kind: 'moments'; readonly output: string }
  | { readonly kind: 'gradient'; readonly parameters: string; readonly output: string }
  | { readonly kind: 'release' };

/** What it returns. The numbers are in the output. */
export interface PartResult {
  readonly loss?: number | undefined;
  readonly questions?: number | undefined;
}

/** A stretch of the sum of objects, added in their order. */
export interface ReduceJob {
  readonly keys: readonly string[];
  /** Numbers of all of them, from `start` up to `end`. */
  readonly start: number;
  readonly end: number;
  readonly output: string;
}

/** The queue of a part, which its holder serves. */
export function partQueue(training: string, part: number): string {
  return `part-${training}-${part}`;
}

/** Prefix of what storage has of a training, and what its coordinator's lease is of. */
export function trainingFolder(training: string): string {
  return `trainings/${training}/`;
}
