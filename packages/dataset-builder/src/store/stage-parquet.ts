import { DataError } from '@embedllm/core';
import { quoteBriefly } from '../csv/columns.js';
import { messageOf } from '../files/read-error.js';
import { LABELS, NOT_ASKED, wordsFor } from '../tables/score-text.js';
import type { CheckedFile } from './check-file.js';
import { identifier, literal } from './sql-text.js';
import { type Problem, type StagingSource, scoreInRange, stageQuestions } from './staging.js';
import type { StoreSession } from './store-session.js';
import { mappedColumns, modelColumns, type TableMapping } from './table-mapping.js';

const NUMBERS = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN)$/;
const TEXTS = /^(?:VARCHAR|ENUM\(.*\))$/;
const SCORES = new RegExp(`${NUMBERS.source}|${TEXTS.source}`);
const IDS = /^(?:VARCHAR|ENUM\(.*\)|U?(?:TINY|SMALL|BIG)?INT(?:EGER)?|UUID)$/;

/** What `trim` of DuckDB is to remove. */
const SPACE = "' ' || chr(9) || chr(10) || chr(13) || chr(160)";

/** Stages a Parquet file, whose columns must have the right types. Rows count from 1. */
export function stageParquet(checked: CheckedFile, mapping: TableMapping): StagingSource {
  const { file } = checked;
  const relation = `read_parquet(${literal(file)}, file_row_number = true)`;
  return {
    coded: false,
    async stage(session) {
      const types = await typesOf(session, relation, file);
      assertTypes(file, types, mapping);
      const text = (name: string): string => `CAST(${identifier(name)} AS VARCHAR)`;
      // As in tables of text, white space around names does not count.
      const name = (column: string): string => `coalesce(trim(${text(column)}, ${SPACE}), '')`;
      const question = name(mapping.question);
      const columns =
        mapping.layout === 'wide' ? modelColumns(mapping, [...types.keys()]) : [mapping.score];
      const cells = columns.map((column) => {
        const model = mapping.layout === 'wide' ? literal(column.trim()) : name(mapping.model);
        return `{'model': ${model}, 'score': ${scoreColumn(identifier(column), types.get(column) ?? '')}}`;
      });
      // As in tables of text, NULL and NaN say that a model was not asked.
      const kept = 'WHERE cell.score IS NOT NULL AND NOT isnan(cell.score)';
      try {
        const staged = await session.count(
          `INSERT INTO staged
            SELECT question, cell.model, ${scoreInRange('cell.score')}, row
            FROM (SELECT ${question} AS question, unnest([${cells.join(', ')}]) AS cell,
              file_row_number + 1 AS row FROM ${relation}) ${kept}`,
        );
        await stageQuestions(session, {
          relation,
          question,
          category: mapping.category === undefined ? undefined : text(mapping.category),
          prompt: mapping.prompt === undefined ? undefined : text(mapping.prompt),
          row: 'file_row_number',
        });
        const rows = await session.count(`SELECT count(*) FROM ${relation}`);
        return { mayRepeat: true, notAsked: rows * columns.length - staged };
      } catch (cause) {
        throw new DataError(`cannot be read (${messageOf(cause)}).`, { file, cause });
      }
    },
    explain: (problem) => Promise.resolve(explainRows(file, mapping, problem)),
  };
}

/** The error of a problem in a file whose rows are known to the staging tables. */
function explainRows(file: string, mapping: TableMapping, problem: Problem): DataError {
  const model = mapping.layout === 'wide' ? undefined : mapping.model;
  const score = mapping.layout === 'wide' ? undefined : mapping.score;
  switch (problem.kind) {
    case 'question-id':
      return new DataError('is empty.', { file, row: problem.row, field: mapping.question });
    case 'model-id':
      return new DataError('is empty.', { file, row: problem.row, field: model });
    case 'score':
      return new DataError(`the score must be ${LABELS}.`, {
        file,
        row: problem.row,
        field: score,
      });
    case 'labels':
      return new DataError(
        `model ${quoteBriefly(problem.model)} on question ${quoteBriefly(problem.question)} has two different scores.`,
        { file, field: score, code: 'conflicting-labels' },
      );
    case 'category':
    case 'prompt':
      return new DataError(
        `the question ${quoteBriefly(problem.question)} has two different texts.`,
        { file, field: mapping[problem.kind] },
      );
    default:
      return new DataError(`is inconsistent (${problem.kind}).`, { file });
  }
}

/** The score of a column; words become what `parseScore` makes of them, and infinite where they say none. */
function scoreColumn(column: string, type: string): string {
  if (!TEXTS.test(type)) return `CAST(${column} AS DOUBLE)`;
  const word = `lower(trim(CAST(${column} AS VARCHAR)))`;
  const among = (words: readonly string[]): string =>
    `${word} IN (${words.map(literal).join(', ')})`;
  return `CASE WHEN ${column} IS NULL OR ${among([...NOT_ASKED])} THEN NULL
    WHEN ${among(wordsFor(1))} THEN 1 WHEN ${among(wordsFor(0))} THEN 0
    ELSE coalesce(TRY_CAST(${word} AS DOUBLE), 'Infinity'::DOUBLE) END`;
}

async function typesOf(
  session: StoreSession,
  relation: string,
  file: string,
): Promise<Map<string, string>> {
  try {
    const rows = await session.rows(`DESCRIBE SELECT * EXCLUDE (file_row_number) FROM ${relation}`);
    return new Map(rows.map((row) => [String(row.column_name), String(row.column_type)]));
  } catch (cause) {
    throw new DataError(`is not a Parquet file or is damaged (${messageOf(cause)}).`, {
      file,
      cause,
    });
  }
}

function assertTypes(
  file: string,
  types: ReadonlyMap<string, string>,
  mapping: TableMapping,
): void {
  const check = (field: string | undefined, wanted: RegExp, what: string): void => {
    if (field === undefined) return;
    const type = types.get(field);
    if (type !== undefined && wanted.test(type)) return;
    throw new DataError(
      type === undefined
        ? `the column is missing. Available: ${[...types.keys()].slice(0, 20).map(quoteBriefly).join(', ')}.`
        : `must be ${what}, but the column has the type ${quoteBriefly(type)}.`,
      { file, field },
    );
  };
  mappedColumns(mapping);
  check(mapping.question, IDS, 'text or integers');
  check(mapping.category, TEXTS, 'text');
  check(mapping.prompt, TEXTS, 'text');
  if (mapping.layout === 'wide') {
    for (const name of modelColumns(mapping, [...types.keys()]))
      check(name, SCORES, 'numbers, booleans or words');
  } else {
    check(mapping.model, IDS, 'text or integers');
    check(mapping.score, SCORES, 'numbers, booleans or words');
  }
}
