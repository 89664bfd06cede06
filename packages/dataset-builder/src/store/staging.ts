import type { DataError } from '@embedllm/core';
import type { StoreSession } from './store-session.js';

/**
 * Something that a check found, without its row: what finds the row in the file. Ids are as in the
 * file.
 */
export type Problem =
  | { readonly kind: 'unreadable'; readonly message: string; readonly cause: unknown }
  | { readonly kind: 'question-id' | 'model-id' | 'score'; readonly row: number | undefined }
  | { readonly kind: 'labels'; readonly question: string; readonly model: string }
  | { readonly kind: 'category' | 'prompt'; readonly question: string }
  | { readonly kind: 'model-names'; readonly modelKey: string }
  | { readonly kind: 'model-keys'; readonly model: string }
  | { readonly kind: 'unknown-question'; readonly question: string }
  | { readonly kind: 'unknown-model'; readonly model: string };

/** A record is longer than the reader's usual buffers allow, but not too long. */
export class LongRecord extends Error {}

/** A file that fills the staging tables, and finds problems in itself. */
export interface StagingSource {
  /** Whether it fills `staged_codes` and `staged_models`, all checked, in place of `staged`. */
  readonly coded: boolean;
  /**
   * Fills the staging tables.
   *
   * @returns whether a question and model may be in them more than once.
   */
  stage(session: StoreSession): Promise<{ readonly mayRepeat: boolean }>;
  /** The same with room for longer records, where staging threw `LongRecord`. */
  readonly forLongRecords?: (() => StagingSource) | undefined;
  /** The error of a problem, with the row where it can be found. */
  explain(problem: Problem): Promise<DataError>;
}

/**
 * Makes the tables that an import fills before anything goes into the store.
 *
 * - `staged`: a response a row, ids as text; `score` is null where there is none; `row` where known.
 * - `staged_codes`: a response a row, ids as numbers of `staged_questions` and `staged_models`.
 * - `staged_questions`: what the file says of each question, once; null where it says nothing;
 *   `categories` and `prompts` count the different ones, up to 2.
 */
export async function makeStaging(session: StoreSession): Promise<void> {
  await dropStaging(session);
  for (const table of [
    'staged (question VARCHAR, model VARCHAR, score DOUBLE, row BIGINT)',
    'staged_codes (question INTEGER, model INTEGER, score DOUBLE)',
    'staged_models (code INTEGER, name VARCHAR)',
    `staged_questions (code INTEGER, id VARCHAR, category VARCHAR, prompt VARCHAR,
      categories INTEGER, prompts INTEGER)`,
  ]) {
    await session.run(`CREATE TEMP TABLE ${table}`);
  }
}

export async function dropStaging(session: StoreSession): Promise<void> {
  await session.run('DROP VIEW IF EXISTS temp.main.resolved_once');
  for (const table of ['staged', 'staged_codes', 'staged_models', 'staged_questions', 'resolved']) {
    await session.run(`DROP TABLE IF EXISTS temp.main.${table}`);
  }
}

/** SQL of a score from its text: null where it is none. */
export function scoreOfText(text: string, strict: boolean): string {
  const known = `CASE WHEN ${text} IN ('1', '1.0') THEN 1.0 WHEN ${text} IN ('0', '0.0') THEN 0.0`;
  if (strict) return `${known} END`;
  return scoreInRange(
    `${known} WHEN lower(${text}) = 'true' THEN 1.0 WHEN lower(${text}) = 'false' THEN 0.0
      ELSE TRY_CAST(${text} AS DOUBLE) END`,
  );
}

/** SQL of a number as a score: null where it is out of range or not a number. */
export function scoreInRange(number: string): string {
  return `CASE WHEN (${number}) BETWEEN 0.0 AND 1.0 THEN (${number}) END`;
}

/** SQL of a relation of text columns with what it says of questions. */
export interface RelationColumns {
  /** What stands after FROM. */
  readonly relation: string;
  readonly question: string;
  readonly category: string | undefined;
  readonly prompt: string | undefined;
}

/** Stages what the relation says of each question, in one pass, whatever the order of its rows. */
export async function stageQuestions(
  session: StoreSession,
  { relation, question, category, prompt }: RelationColumns,
): Promise<void> {
  const value = (column: string | undefined): string =>
    column === undefined ? 'NULL' : `any_value(coalesce(${column}, ''))`;
  // Hashes, because comparing would copy every text; equal texts always have equal hashes.
  const variants = (column: string | undefined): string =>
    column === undefined
      ? '1'
      : `CASE WHEN min(hash(coalesce(${column}, ''))) = max(hash(coalesce(${column}, ''))) THEN 1 ELSE 2 END`;
  await session.run(
    `INSERT INTO staged_questions
      SELECT NULL, ${question}, ${value(category)}, ${value(prompt)}, ${variants(category)}, ${variants(prompt)}
      FROM ${relation} GROUP BY ${question}`,
  );
}
