import { DataError } from '@embedllm/core';
import { type Header, quoteBriefly, requireColumn } from '../csv/columns.js';
import { readRecords } from '../csv/read-records.js';
import { messageOf } from '../files/read-error.js';
import type { CheckedFile } from './check-file.js';
import { explainCsv } from './explain-csv.js';
import { literal } from './sql-text.js';
import {
  LongRecord,
  type RelationColumns,
  type StagingSource,
  scoreOfText,
  stageQuestions,
} from './staging.js';
import { mappedColumns, modelColumns, type TableMapping } from './table-mapping.js';

/** Longest record accepted, in bytes. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** DuckDB's own limit: larger ones make its buffers so large that reading takes five times as long. */
const USUAL_RECORD_BYTES = 2_000_000;

/** How a CSV file is read. */
export interface CsvStaging {
  readonly mapping: TableMapping;
  /** Only 0, 1, 0.0 and 1.0 are scores. */
  readonly strictLabels: boolean;
  /** Column of an id that names are one to one with. @default none */
  readonly modelKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Make room for records of up to 16 MiB. */
  readonly longRecords?: boolean | undefined;
}

/** Stages a CSV file through DuckDB's parallel reader, all columns as text. */
export async function stageCsv(checked: CheckedFile, staging: CsvStaging): Promise<StagingSource> {
  const { file } = checked;
  const { mapping } = staging;
  const { header, first } = await readHead(file);
  for (const name of mappedColumns(mapping)) requireColumn(header, name);
  if (staging.modelKey !== undefined) requireColumn(header, staging.modelKey);
  return csvSource(checked, staging, header, first);
}

function csvSource(
  checked: CheckedFile,
  staging: CsvStaging,
  header: Header,
  first: readonly string[],
): StagingSource {
  const { file } = checked;
  const { mapping } = staging;
  const { columns } = header;
  // Columns are numbered, so that no name of a file is ever a part of a statement.
  const column = (name: string): string => `c${columns.indexOf(name)}`;
  const optional = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : column(name);
  const types = columns.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  const relation = `read_csv(${literal(file)}, auto_detect = false, header = true,
    columns = {${types}}, delim = ',', quote = '"', escape = '"', strict_mode = true,
    null_padding = false, ignore_errors = false, max_line_size = ${staging.longRecords ? MAX_RECORD_BYTES : USUAL_RECORD_BYTES},
    compression = ${checked.gzip ? "'gzip'" : "'none'"})`;
  const from: RelationColumns = {
    relation,
    question: `coalesce(${column(mapping.question)}, '')`,
    category: optional(mapping.category),
    prompt: optional(mapping.prompt),
    row: undefined,
  };
  return {
    async stage(session) {
      try {
        const score = scoreOfText('raw', staging.strictLabels);
        if (mapping.layout === 'wide') {
          const cells = modelColumns(mapping, columns).map(
            (name) => `{'model': ${literal(name)}, 'raw': ${column(name)}}`,
          );
          await session.run(
            `INSERT INTO staged
              SELECT question, cell.model, NULL, cell.raw, ${score.replaceAll('raw', 'cell.raw')}, NULL, NULL, NULL,
                NULL, NULL
              FROM (SELECT ${from.question} AS question, unnest([${cells.join(', ')}]) AS cell
                FROM ${relation})
              WHERE cell.raw IS NOT NULL AND cell.raw <> ''`,
          );
        } else {
          const key = optional(staging.modelKey);
          // Texts repeat for every model. Most questions have a response of the file's first model:
          // keeping its texts alone spares a second pass over the file.
          const model = column(mapping.model);
          const isFirst = `coalesce(${model}, '') = ${literal(first[columns.indexOf(mapping.model)] ?? '')}`;
          const kept = (text: string | undefined): string =>
            text === undefined ? 'NULL' : `CASE WHEN ${isFirst} THEN coalesce(${text}, '') END`;
          await session.run(
            `INSERT INTO staged
              SELECT question, model, model_key, raw, ${score}, NULL, category_hash, prompt_hash,
                category, prompt
              FROM (SELECT ${from.question} AS question,
                coalesce(${column(mapping.model)}, '') AS model, ${key ?? 'NULL'} AS model_key,
                coalesce(${column(mapping.score)}, '') AS raw,
                ${hashOf(from.category)} AS category_hash, ${hashOf(from.prompt)} AS prompt_hash,
                ${kept(from.category)} AS category, ${kept(from.prompt)} AS prompt
                FROM ${relation})`,
          );
        }
        if (from.category !== undefined || from.prompt !== undefined) {
          if (mapping.layout === 'wide') {
            await stageQuestions(session, from);
          } else {
            await session.run(
              `INSERT INTO staged_questions
                SELECT question, any_value(category), any_value(prompt), 1, 1 FROM staged
                WHERE category IS NOT NULL OR prompt IS NOT NULL GROUP BY question`,
            );
            const missing = await session.count(
              'SELECT count(*) FROM staged ANTI JOIN staged_questions ON id = question',
            );
            if (missing > 0) {
              await stageQuestions(session, from, { compare: false, onlyMissing: true });
            }
          }
        } else {
          await session.run(
            'INSERT INTO staged_questions SELECT DISTINCT question, NULL, NULL, 1, 1 FROM staged',
          );
        }
      } catch (cause) {
        staging.signal?.throwIfAborted();
        if (!staging.longRecords && /maximum line size|max_line_size/i.test(messageOf(cause))) {
          throw new LongRecord();
        }
        throw await explainCsv(file, staging, {
          kind: 'unreadable',
          message: firstLine(messageOf(cause)),
          cause,
        });
      }
    },
    forLongRecords: () => csvSource(checked, { ...staging, longRecords: true }, header, first),
    explain: (problem) => explainCsv(file, staging, problem),
  };
}

/** Texts of a question are compared by their hashes: equal texts have equal ones. */
function hashOf(column: string | undefined): string {
  return column === undefined ? 'NULL' : `hash(${column})`;
}

class HeaderRead extends Error {}

/** The header and the first record after it. */
async function readHead(
  file: string,
): Promise<{ readonly header: Header; readonly first: readonly string[] }> {
  let found: Header | undefined;
  let first: readonly string[] = [];
  try {
    await readRecords(file, (header) => {
      found = header;
      return (fields) => {
        first = fields;
        throw new HeaderRead();
      };
    });
  } catch (error) {
    if (!(error instanceof HeaderRead)) throw error;
  }
  if (found === undefined) throw new DataError('the file is empty.', { file });
  if (found.columns.length > 100_000) {
    throw new DataError(
      `the header has ${found.columns.length} columns, beginning with ${quoteBriefly(found.columns[0] ?? '')}.`,
      { file, row: 1 },
    );
  }
  return { header: found, first };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
