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
  /** Fills `staged` and `staged_questions`. */
  stage(session: StoreSession): Promise<void>;
  /** The same with room for longer records, where staging threw `LongRecord`. */
  readonly forLongRecords?: (() => StagingSource) | undefined;
  /** The error of a problem, with the row where it can be found. */
  explain(problem: Problem): Promise<DataError>;
}

/**
 * Makes the tables that an import fills before anything goes into the store.
 *
 * - `staged`: a response a row; `score` is null where `raw` is no score; `row` where known, and the
 *   hashes of the question's texts where they were not compared yet; the texts themselves only in
 *   some rows of each question.
 * - `staged_questions`: what the file says of each question, once; null where it says nothing;
 *   `categories` and `prompts` count the different ones, up to 2.
 */
export async function makeStaging(session: StoreSession): Promise<void> {
  await dropStaging(session);
  await session.run(
    `CREATE TEMP TABLE staged (question VARCHAR, model VARCHAR, model_key VARCHAR,
      raw VARCHAR, score DOUBLE, row BIGINT, category_hash UBIGINT, prompt_hash UBIGINT,
      category VARCHAR, prompt VARCHAR)`,
  );
  await session.run(
    `CREATE TEMP TABLE staged_questions (id VARCHAR, category VARCHAR, prompt VARCHAR,
      categories INTEGER, prompts INTEGER)`,
  );
}

export async function dropStaging(session: StoreSession): Promise<void> {
  for (const table of ['staged', 'staged_questions', 'resolved']) {
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

/** SQL that fills the staging tables from a relation of text columns. */
export interface RelationColumns {
  /** What stands after FROM. */
  readonly relation: string;
  readonly question: string;
  readonly category: string | undefined;
  readonly prompt: string | undefined;
  /** SQL of the row's number, where the relation knows it. */
  readonly row: string | undefined;
}

/**
 * What the relation says of each question, in one pass, whatever the order of its rows.
 *
 * @param options.compare - Count different texts; false where the hashes in `staged` say it.
 * @param options.onlyMissing - Only of questions that are not in `staged_questions` yet.
 */
export async function stageQuestions(
  session: StoreSession,
  { relation, question, category, prompt }: RelationColumns,
  { compare = true, onlyMissing = false }: { compare?: boolean; onlyMissing?: boolean } = {},
): Promise<void> {
  const value = (column: string | undefined): string =>
    column === undefined ? 'NULL' : `any_value(coalesce(${column}, ''))`;
  // Hashes, because comparing would copy every text; equal texts always have equal hashes.
  const variants = (column: string | undefined): string =>
    column === undefined || !compare
      ? '1'
      : `CASE WHEN min(hash(coalesce(${column}, ''))) = max(hash(coalesce(${column}, ''))) THEN 1 ELSE 2 END`;
  await session.run(
    `INSERT INTO staged_questions
      SELECT ${question}, ${value(category)}, ${value(prompt)}, ${variants(category)}, ${variants(prompt)}
      FROM ${relation}
      ${onlyMissing ? `WHERE ${question} NOT IN (SELECT id FROM staged_questions)` : ''}
      GROUP BY ${question}`,
  );
}
