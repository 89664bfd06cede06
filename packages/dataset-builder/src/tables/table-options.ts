import type { ScoreScale } from './score-text.js';

/** Which columns of a table mean what; those left out are guessed from their names and values. */
export interface TableColumns {
  /** Column of the question's id. May be that of its text. @default guessed, else the text is the id */
  readonly questionColumn?: string | undefined;
  /** Column of the question's text. @default guessed */
  readonly promptColumn?: string | undefined;
  /** Column of the question's category. @default guessed */
  readonly categoryColumn?: string | undefined;
  /** Column of the model's name. @default guessed; without it there is a column for each model */
  readonly modelColumn?: string | undefined;
  /** Column of the score; `result.passed` names a nested field of JSON. @default guessed */
  readonly scoreColumn?: string | undefined;
  /** Columns of scores, named after their models. @default guessed */
  readonly modelColumns?: readonly string[] | undefined;
  /** The only model of each table; `{file}` stands for the file's name without its ending. */
  readonly model?: string | undefined;
}

/** How a table is read. */
export interface TableReading extends TableColumns {
  /** Character between two fields of CSV. @default found by looking at the file */
  readonly separator?: string | undefined;
  /** The lowest and the highest score there can be. @default from 0 to 1 */
  readonly scale?: ScoreScale | undefined;
  /**
   * Find out what the options do not say. Without, a table has no text or category that is not
   * named, and without a column of models every other column is one.
   *
   * @default true
   */
  readonly guess?: boolean | undefined;
}

/** How the answers of a model are read. */
export interface AnswersReading extends TableReading {
  /**
   * The table need not name its model, which is then '', and a record names its question by its id
   * or by its text alone.
   */
  readonly answers?: boolean | undefined;
}
