import type { DuckDBAppender } from '@duckdb/node-api';
import type { DataError } from '@embedllm/core';
import type { StoreSession } from './store-session.js';

/** What an import added. */
export interface MergeCounts {
  /** Responses in the file. */
  readonly rows: number;
  /** Questions that are new. */
  readonly questions: number;
  /** Models that are new. */
  readonly models: number;
  /** Responses that are new. */
  readonly responses: number;
  /** Responses that repeat one of the file or of the store with the same score. */
  readonly duplicates: number;
  /** Responses whose score differs from the stored one: skipped or replaced, as requested. */
  readonly conflicts: number;
  /** Records that say that a model was not asked: empty, NaN, null, None, NA. */
  readonly notAsked: number;
  /** Questions of logs that the store has with their choices in another order: they count as these. */
  readonly reordered: number;
  /** Questions whose text differs from the stored one, which is kept. */
  readonly otherTexts: number;
}

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

/** Staging has to start over in another way, with empty tables. */
export class StageAgain extends Error {
  readonly source: StagingSource;

  constructor(source: StagingSource) {
    super('staging has to start over');
    this.source = source;
  }
}

/** What staging says of what it staged. */
export interface Staged {
  /** Whether a question and model may be staged more than once. */
  readonly mayRepeat: boolean;
  /** Records that say that a model was not asked. @default 0 */
  readonly notAsked?: number | undefined;
  /** What went into the store itself, which had nothing before; nothing is staged then. */
  readonly placed?: MergeCounts | undefined;
}

/** What a source says of a question; `undefined` where it says nothing. */
export interface SourceQuestion {
  readonly id: string;
  readonly category?: string | undefined;
  readonly prompt?: string | undefined;
  /** The same for questions that differ only in the order of their choices. */
  readonly key?: string | undefined;
}

/** Where what is imported goes. */
export interface StagingTarget {
  readonly sourceId: number;
  /** Category of questions of which the source does not say it. */
  readonly defaultCategory: string;
  /** Whether a store without questions and models takes any: nothing else describes them. */
  readonly takesAll: boolean;
}

/** A file that fills the staging tables, and finds problems in itself. */
export interface StagingSource {
  /** Whether it fills `staged_codes` and `staged_models`, all checked, instead of `staged`. */
  readonly coded: boolean;
  /**
   * What the keys of its questions say: those of one key are one question, whatever their ids
   * (`joins`), or a question of an id must have the same key (`checks`). @default there are no keys
   */
  readonly keys?: 'joins' | 'checks' | undefined;
  /** Fills the staging tables. @throws StageAgain */
  stage(session: StoreSession, target: StagingTarget): Promise<Staged>;
  /** The error of a problem, with the row where it can be found. */
  explain(problem: Problem): Promise<DataError>;
}

/**
 * Makes the tables that an import fills before anything goes into the store.
 *
 * - `staged`: a response a row, ids as text; `score` is null where there is none; `row` where known.
 * - `staged_codes`: a response a row, ids as numbers of `staged_questions` and `staged_models`,
 *   which are in the order in which they first appear.
 * - `staged_questions`: what the file says of each question, once; null where it says nothing;
 *   `categories` and `prompts` count the different ones, up to 2; `code` puts them in order, and is
 *   null where nothing does.
 */
export async function makeStaging(session: StoreSession): Promise<void> {
  await dropStaging(session);
  for (const table of [
    'staged (question VARCHAR, model VARCHAR, score DOUBLE, row BIGINT)',
    'staged_codes (question INTEGER, model INTEGER, score DOUBLE)',
    'staged_models (code INTEGER, name VARCHAR)',
    `staged_questions (code INTEGER, id VARCHAR, category VARCHAR, prompt VARCHAR,
      categories INTEGER, prompts INTEGER, key VARCHAR)`,
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

/** Adds to `staged_questions` what a source says of a question, the same in all its rows. */
export function appendQuestion(
  rows: DuckDBAppender,
  code: number,
  { id, category, prompt, key }: SourceQuestion,
): void {
  rows.appendInteger(code);
  rows.appendVarchar(id);
  for (const text of [category, prompt]) {
    if (text === undefined) rows.appendNull();
    else rows.appendVarchar(text);
  }
  for (let counts = 0; counts < 2; counts++) rows.appendInteger(1);
  if (key === undefined) rows.appendNull();
  else rows.appendVarchar(key);
  rows.endRow();
}

/** Fills `staged_models` with names, whose codes are their positions. */
export async function stageModels(session: StoreSession, names: readonly string[]): Promise<void> {
  await session.append('staged_models', (rows) => {
    for (const [code, name] of names.entries()) {
      rows.appendInteger(code);
      rows.appendVarchar(name);
      rows.endRow();
    }
  });
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
  /** Number of the row, by which questions are put in order. @default none: by id */
  readonly row?: string | undefined;
}

/** Stages what the relation says of each question, in one pass, whatever the order of its rows. */
export async function stageQuestions(
  session: StoreSession,
  { relation, question, category, prompt, row }: RelationColumns,
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
      SELECT ${row === undefined ? 'NULL' : `TRY_CAST(min(${row}) AS INTEGER)`}, ${question},
        ${value(category)}, ${value(prompt)}, ${variants(category)}, ${variants(prompt)}, NULL
      FROM ${relation} GROUP BY ${question}`,
  );
}
