import type { ModelInfo } from '@embedllm/core';
import type { ReadEvaluationsOptions } from '@embedllm/dataset-builder';

/** How records are read: the options of `readEvaluations`, as JSON. */
export type ImportReading = Omit<ReadEvaluationsOptions, 'signal' | 'onProgress'>;

/** Reads the files of one unit, and cuts what they say into parts. */
export interface UnitJob {
  readonly kind: 'unit';
  /** Prefix of the files' keys. */
  readonly records: string;
  /** Of the unit, as `evaluationUnits` names it. */
  readonly path: string;
  readonly files: readonly string[];
  readonly sources: readonly string[];
  readonly reading: ImportReading;
  readonly parts: number;
  /** Prefix of the keys of its parts. */
  readonly output: string;
}

/** What a unit holds, kept as `unit.json` next to its parts once these are complete. */
export interface UnitRecord {
  readonly format: 'harness' | 'inspect' | 'table';
  readonly models: readonly ModelInfo[];
  readonly questions: number;
  readonly responses: number;
  /** Questions of each part. */
  readonly partQuestions: readonly number[];
}

/** What all parts need: kept once, as it may be long. */
export interface MergePlan {
  readonly models: readonly ModelInfo[];
  /** In the order in which they are brought together. */
  readonly units: readonly {
    /** Prefix of its parts. */
    readonly prefix: string;
    readonly name: string;
    readonly format: UnitRecord['format'];
  }[];
  readonly onConflict: 'refuse' | 'keep' | 'replace' | undefined;
}

/** Brings the parts of one number together, in the order of the units. */
export interface PartJob {
  readonly kind: 'part';
  readonly part: number;
  /** Key of a `MergePlan`. */
  readonly plan: string;
  /** The number of the part's first question. */
  readonly firstQuestion: number;
  /** Keys of what is written: the models by the first part, the record last. */
  readonly modelTable: string;
  readonly questions: string;
  readonly responses: string;
  readonly record: string;
}

/** What a part holds, and what became of it. */
export interface PartRecord {
  readonly questions: number;
  readonly responses: number;
  /** Responses that several units had, with the same score. */
  readonly duplicates: number;
  /** Responses of which units had different scores, as `onConflict` allowed. */
  readonly conflicts: number;
  /** Questions that units asked with their choices in another order. */
  readonly reordered: number;
}

/** A job of the queue. */
export type ImportJob = UnitJob | PartJob;

/** `questions-00003.parquet`, as `EvaluationStore.writeParquet` names parts. */
export function partFile(table: 'questions' | 'responses', part: number): string {
  return `${table}-${String(part).padStart(5, '0')}.parquet`;
}
